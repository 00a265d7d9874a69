// Pigmented structure: networks, globules, streaks, blotches, veil, regression, nests, leaves.
#include <cmath>

#include "data/generate_marks.h"
#include "data/generate_noise.h"
#include "data/generate_scene.h"

namespace derm::drawing {
namespace {

struct Mesh {
  float pitch, jitter, width, patchy, inner, outer;  // lengths in lesion radii; width of the cell
};

// Dark lines between light holes, from border distance `inner` to `outer`; patchy 0: everywhere.
void paint_mesh(Scene& scene, float strength, Rng& rng, const Mesh& mesh) {
  const uint32_t cells = rng.next(), patches = rng.next(), bend = rng.next();
  // Lines stand out from the body in proportion to it, and still show on a pale one.
  const float ground = 0.55F + 0.5F * static_cast<float>(scene.lesion.melanin);
  each_inside(scene, mesh.outer + 0.15F, [&](size_t i, float u, float v) {
    const float r = scene.radius.data[i];
    const float where = ramp(mesh.outer + 0.12F, mesh.outer - 0.12F, r) *
                        ramp(mesh.inner - 0.2F, mesh.inner + 0.1F, r);
    const float patch = fractal_noise(1.8F * u, 1.8F * v, patches, 2);
    const float local = where * (1.F - mesh.patchy * ramp(0.15F, -0.25F, patch));
    if (local <= 0.01F) return;
    const float su = u / mesh.pitch, sv = v / mesh.pitch;
    const float shift = 0.45F * value_noise(0.9F * su, 0.9F * sv, bend);
    const Cell cell = cellular(su + shift, sv - shift, mesh.jitter, cells);
    const float width = mesh.width * (1.F + mesh.patchy * patch);
    const float line = ramp(width, 0.25F * width, cell.edge);
    float& melanin = scene.layers.melanin.data[i];
    melanin += strength * local * ground * (0.85F * line - 0.22F * (1.F - line));
    melanin = std::max(melanin, 0.02F);
  });
}

void paint_network(Scene& scene, float strength, Rng rng) {
  const float pitch = between(rng, .085, .135);
  paint_mesh(scene, strength, rng, {pitch, .5F, between(rng, .22, .36), .3F, -.5F, 1.F});
}

void paint_atypical_network(Scene& scene, float strength, Rng rng) {
  const float pitch = between(rng, .11, .20);
  paint_mesh(scene, 1.25F * strength, rng, {pitch, 1.F, between(rng, .38, .62), .85F, -.5F, 1.05F});
}

void paint_ring_network(Scene& scene, float strength, Rng rng) {
  const float pitch = between(rng, .085, .13);
  paint_mesh(scene, .75F * strength, rng, {pitch, .5F, between(rng, .26, .36), .2F, .55F, 1.02F});
}

void paint_globules(Scene& scene, float strength, Rng rng) {
  Plane mask = scene.blank();
  const bool rim = rng.chance(0.3);
  const float size = between(rng, .035, .065);
  for (const Point& at : scatter(scene, rng, rng.between(25, 90), rim ? .75F : 0.F, .97F))
    spot(scene, mask, at, size * between(rng, .6, 1.4), .35F, between(rng, .6, 1.));
  settle(scene, mask);
  add(scene.layers.melanin, mask,
      strength * (.6F + .45F * static_cast<float>(scene.lesion.melanin)));
}

// Radial lines that leave the body at one side, some with a bulb at their end.
void paint_streaks(Scene& scene, float strength, Rng rng) {
  Plane mask = scene.blank();
  const float middle = between(rng, 0, 6.2832), arc = between(rng, .8, 3.1);
  const float length = between(rng, .10, .30), width = between(rng, .06, .11);
  const bool bulbs = rng.chance(0.5);
  const int64_t count = static_cast<int64_t>(8.F + 11.F * arc);
  for (int64_t n = 0; n < count; ++n) {
    const float angle = middle + arc * between(rng, -1, 1);
    const float edge = border_at(scene.lesion, angle);
    const Ray ray(angle);
    const float end = edge + length * between(rng, .3, 1.), wide = width * between(rng, .6, 1.3);
    draw_line(scene, mask, ray.at(edge - .22F), ray.at(end), wide,
              bulbs ? .7F * wide : .35F * wide);
    if (bulbs) spot(scene, mask, ray.at(end), .8F * wide, .3F, 1.F);
  }
  settle(scene, mask);
  add(scene.layers.melanin, mask,
      strength * (.3F + .7F * static_cast<float>(scene.lesion.melanin)));
}

void paint_blotch(Scene& scene, float strength, Rng rng) {
  const uint32_t shape = rng.next();
  const Point at = scatter(scene, rng, 1, 0.F, .65F).front();
  const float size = between(rng, .3, .6), soft = between(rng, .15, .7);
  each_inside(scene, 1.05F, [&](size_t i, float u, float v) {
    const float du = (u - at.x) / size, dv = (v - at.y) / size;
    const float r = std::sqrt(du * du + dv * dv) + .5F * fractal_noise(3.F * u, 3.F * v, shape, 3);
    scene.layers.melanin.data[i] +=
        1.5F * strength * scene.inside.data[i] * ramp(1.F, 1.F - soft, r);
  });
}

void paint_veil(Scene& scene, float strength, Rng rng) {
  const uint32_t shape = rng.next();
  const float from = between(rng, -.25, .15), haze = between(rng, .15, .42);
  each_inside(scene, 1.F, [&](size_t i, float u, float v) {
    const float mask = ramp(from, from + .6F, fractal_noise(1.2F * u, 1.2F * v, shape, 4)) *
                       ramp(1.F, .75F, scene.radius.data[i]);
    scene.layers.deep.data[i] += strength * .75F * mask;
    cover(scene.layers.veil.data[i], strength * haze * mask);
  });
}

// Scar-like pale areas sprinkled with grey-blue grains.
void paint_regression(Scene& scene, float strength, Rng rng) {
  const uint32_t shape = rng.next(), grains = rng.next();
  const float from = between(rng, .0, .3);
  each_inside(scene, 1.F, [&](size_t i, float u, float v) {
    const float mask = strength *
                       ramp(from, from + .3F, fractal_noise(1.3F * u, 1.3F * v, shape, 3)) *
                       scene.inside.data[i];
    if (mask <= 0) return;
    scene.layers.melanin.data[i] *= 1.F - .8F * clamp01(mask);
    cover(scene.layers.white.data[i], .32F * mask);
    const Cell cell = cellular(14.F * u, 14.F * v, 1.F, grains);
    if (unit(cell.id) < .45F)
      scene.layers.deep.data[i] += .9F * mask * ramp(.4F, .15F, cell.centre);
  });
}

void paint_nests(Scene& scene, float strength, Rng rng) {
  Plane mask = scene.blank();
  const float size = between(rng, .09, .2);
  for (const Point& at : scatter(scene, rng, rng.between(3, 11), 0.F, .92F))
    blob(scene, mask, at, size * between(rng, .4, 1.3), between(rng, 1., 1.9), rng,
         between(rng, .4, 1.2));
  settle(scene, mask);
  add(scene.layers.deep, mask, 1.1F * strength);
  add(scene.layers.melanin, mask, between(rng, .1, .9) * strength);
}

// Fans of bulbs that share one foot near the border.
void paint_leaves(Scene& scene, float strength, Rng rng) {
  Plane mask = scene.blank();
  const int64_t fans = rng.between(1, 4);
  for (int64_t n = 0; n < fans; ++n) {
    const float angle = between(rng, 0, 6.2832), edge = border_at(scene.lesion, angle);
    const Point foot = Ray(angle).at(edge * between(rng, .6, .85));
    const int64_t lobes = rng.between(4, 7);
    for (int64_t k = 0; k < lobes; ++k) {
      const Ray ray(angle + between(rng, -1.2, 1.2));
      const float reach = between(rng, .12, .3);
      const Point tip{foot.x + ray.x * reach, foot.y + ray.y * reach};
      draw_line(scene, mask, foot, tip, .05F, .08F);
      spot(scene, mask, tip, between(rng, .045, .075), .3F, 1.F);
    }
  }
  settle(scene, mask);
  add(scene.layers.melanin, mask, .9F * strength);
  add(scene.layers.deep, mask, .7F * strength);
}

}  // namespace

PaintCue pigment_cue(Cue cue) {
  switch (cue) {
    case Cue::kNetwork:
      return paint_network;
    case Cue::kAtypicalNetwork:
      return paint_atypical_network;
    case Cue::kRingNetwork:
      return paint_ring_network;
    case Cue::kGlobules:
      return paint_globules;
    case Cue::kStreaks:
      return paint_streaks;
    case Cue::kBlotch:
      return paint_blotch;
    case Cue::kVeil:
      return paint_veil;
    case Cue::kRegression:
      return paint_regression;
    case Cue::kNests:
      return paint_nests;
    case Cue::kLeaves:
      return paint_leaves;
    default:
      return nullptr;
  }
}

}  // namespace derm::drawing
