// Keratin and collagen: cysts, openings, ridges, scale, plugs, scars, shiny lines, ulcers.
#include "data/generate_marks.h"

namespace derm::drawing {
namespace {

void paint_cysts(Scene& scene, float strength, Rng rng) {
  Plane mask = scene.blank(), core = scene.blank();
  const float size = between(rng, .035, .065);
  for (const Point& at : scatter(scene, rng, rng.between(5, 26), 0.F, .92F)) {
    const float r = size * between(rng, .6, 1.5), bright = between(rng, .6, 1.);
    spot(scene, mask, at, r, .8F, bright);
    spot(scene, core, at, .5F * r, .6F, bright);
  }
  settle(scene, mask);
  settle(scene, core);
  cover(scene.layers.keratin, mask, .35F * strength);
  cover(scene.layers.white, mask, .45F * strength);
  cover(scene.layers.white, core, .45F * strength);
}

void paint_comedones(Scene& scene, float strength, Rng rng) {
  Plane mask = scene.blank(), plug = scene.blank();
  const float size = between(rng, .05, .09);
  for (const Point& at : scatter(scene, rng, rng.between(4, 20), 0.F, .9F)) {
    const float r = size * between(rng, .5, 1.4);
    blob(scene, mask, at, r, between(rng, 1., 1.8), rng, .2F);
    spot(scene, plug, at, .45F * r, .5F, 1.F);
  }
  settle(scene, mask);
  settle(scene, plug);
  add(scene.layers.melanin, mask, 1.5F * strength);
  cover(scene.layers.keratin, plug, .06F * strength);
}

// Cerebriform surface: furrows where a bent noise crosses zero, pale ridges between.
void paint_ridges(Scene& scene, float strength, Rng rng) {
  const uint32_t shape = rng.next(), bend = rng.next();
  const float pitch = between(rng, 2.6, 4.6), width = between(rng, .10, .2);
  each_inside(scene, 1.02F, [&](size_t i, float u, float v) {
    const float su = u + .12F * value_noise(5.F * u, 5.F * v, bend);
    const float height = std::abs(fractal_noise(pitch * su, pitch * v, shape, 2));
    const float inside = strength * scene.inside.data[i];
    scene.layers.melanin.data[i] += inside * (.9F * ramp(width, .1F * width, height) - .1F);
    cover(scene.layers.keratin.data[i], .14F * inside * ramp(width, 2.5F * width, height));
  });
}

// Thin parallel lines that bend like a fingerprint.
void paint_fingerprint(Scene& scene, float strength, Rng rng) {
  const uint32_t bend = rng.next();
  const Ray across(between(rng, 0, 3.1416));
  const float pitch = between(rng, 5.5, 8.), sway = between(rng, .15, .4);
  each_inside(scene, 1.02F, [&](size_t i, float u, float v) {
    const float phase =
        pitch * (u * across.x + v * across.y + sway * fractal_noise(1.6F * u, 1.6F * v, bend, 2));
    const float off = std::abs(phase - static_cast<float>(floor_int(phase)) - .5F);
    scene.layers.melanin.data[i] += .8F * strength * scene.inside.data[i] * ramp(.3F, .08F, off);
  });
}

// Loose flakes: cells of a fine mosaic where a coarse noise is high.
void paint_scale(Scene& scene, float strength, Rng rng) {
  const uint32_t flakes = rng.next(), where = rng.next();
  const float pitch = between(rng, 4., 8.), from = between(rng, -.05, .3),
              yellow = between(rng, .2, .8);
  each_inside(scene, 1.1F, [&](size_t i, float u, float v) {
    const float patch = ramp(from, from + .2F, fractal_noise(1.9F * u, 1.9F * v, where, 4)) *
                        ramp(1.1F, .9F, scene.radius.data[i]);
    if (patch <= 0) return;
    const float curl = .45F * fractal_noise(1.3F * pitch * u, 1.3F * pitch * v, flakes + 1, 2);
    const Cell cell = cellular(pitch * u + curl, pitch * v - curl, 1.F, flakes);
    const float flake = strength * patch * unit(cell.id) * ramp(.0F, .2F, cell.edge);
    cover(scene.layers.white.data[i], .75F * (1.F - yellow) * flake);
    cover(scene.layers.keratin.data[i], .8F * yellow * flake);
  });
}

void paint_follicles(Scene& scene, float strength, Rng rng) {
  Plane halo = scene.blank(), plug = scene.blank();
  const float size = between(rng, .04, .06);
  for (const Point& at : scatter(scene, rng, rng.between(14, 44), 0.F, 1.15F)) {
    spot(scene, halo, at, 1.8F * size, .5F, 1.F);
    spot(scene, plug, at, .8F * size, .4F, 1.F);
  }
  settle(scene, halo);
  settle(scene, plug);
  cover(scene.layers.white, halo, .20F * strength);
  cover(scene.layers.keratin, plug, .5F * strength);
}

// White centre of a dermatofibroma: a patch, or a net of white strands.
void paint_scar(Scene& scene, float strength, Rng rng) {
  const uint32_t shape = rng.next(), strands = rng.next();
  const float size = between(rng, .4, .68), net = rng.chance(0.4) ? 1.F : 0.F;
  const float off_u = between(rng, -.15, .15), off_v = between(rng, -.15, .15);
  each_inside(scene, 1.F, [&](size_t i, float u, float v) {
    const float du = u - off_u, dv = v - off_v;
    const float r = std::sqrt(du * du + dv * dv) + .22F * fractal_noise(3.F * u, 3.F * v, shape, 3);
    float mask = strength * ramp(size, .35F * size, r);
    if (mask <= 0) return;
    if (net > 0)
      mask *= .35F + .65F * ramp(.4F, .1F, cellular(5.F * u, 5.F * v, 1.F, strands).edge);
    scene.layers.melanin.data[i] *= 1.F - .75F * clamp01(mask);
    cover(scene.layers.white.data[i], .55F * mask);
  });
}

void paint_shiny_lines(Scene& scene, float strength, Rng rng) {
  Plane mask = scene.blank();
  const float turn = between(rng, 0, 1.5708);
  for (const Point& at : scatter(scene, rng, rng.between(8, 22), 0.F, .8F)) {
    const Ray ray(turn + (rng.chance(0.5) ? 1.5708F : 0.F) +
                  .12F * static_cast<float>(rng.normal()));
    const float half = between(rng, .06, .14);
    draw_line(scene, mask, {at.x - ray.x * half, at.y - ray.y * half},
              {at.x + ray.x * half, at.y + ray.y * half}, .03F, .03F, between(rng, .5, 1.));
  }
  settle(scene, mask);
  cover(scene.layers.white, mask, .6F * strength);
}

// A sore: raw red with a dark or orange crust.
void paint_ulcer(Scene& scene, float strength, Rng rng) {
  const uint32_t shape = rng.next(), crust = rng.next();
  const Point at = scatter(scene, rng, 1, 0.F, .6F).front();
  const float size = between(rng, .16, .38), dark = between(rng, .3, 1.5);
  each_inside(scene, 1.05F, [&](size_t i, float u, float v) {
    const float du = (u - at.x) / size, dv = (v - at.y) / size;
    const float r = std::sqrt(du * du + dv * dv) + .55F * fractal_noise(4.F * u, 4.F * v, shape, 3);
    const float mask = strength * ramp(1.F, .85F, r);
    if (mask <= 0) return;
    const float scab = ramp(-.1F, .3F, fractal_noise(6.F * u, 6.F * v, crust, 3));
    scene.layers.blood.data[i] += 1.3F * mask;
    scene.layers.melanin.data[i] += dark * scab * mask;
    cover(scene.layers.keratin.data[i], .3F * (1.F - scab) * mask);
  });
}

void paint_white_circles(Scene& scene, float strength, Rng rng) {
  Plane rings = scene.blank(), plugs = scene.blank();
  for (const Point& at : scatter(scene, rng, rng.between(4, 14), 0.F, .85F)) {
    const float r = between(rng, .055, .1);
    ring(scene, rings, at, r, .05F, between(rng, .7, 1.));
    spot(scene, plugs, at, .6F * r, .4F, 1.F);
  }
  settle(scene, rings);
  settle(scene, plugs);
  cover(scene.layers.white, rings, .55F * strength);
  cover(scene.layers.keratin, plugs, .5F * strength);
}

// A central heap of horn with cracks.
void paint_keratin_mass(Scene& scene, float strength, Rng rng) {
  const uint32_t shape = rng.next(), cracks = rng.next();
  const float size = between(rng, .3, .62), horn = between(rng, .25, .9);
  each_inside(scene, 1.F, [&](size_t i, float u, float v) {
    const float r = std::sqrt(u * u + v * v) + .35F * fractal_noise(2.6F * u, 2.6F * v, shape, 4);
    const float mask = strength * ramp(size, .6F * size, r);
    if (mask <= 0) return;
    const float curl = .35F * fractal_noise(6.F * u, 6.F * v, cracks + 1, 2);
    const Cell cell = cellular(4.5F * u + curl, 4.5F * v - curl, 1.F, cracks);
    cover(scene.layers.keratin.data[i], .85F * horn * mask);
    cover(scene.layers.white.data[i], .7F * (1.F - horn) * mask);
    const float crack = mask * ramp(.16F, .04F, cell.edge);
    scene.layers.keratin.data[i] *= 1.F - .7F * clamp01(crack);
    scene.layers.blood.data[i] += .7F * crack;
  });
}

}  // namespace

PaintCue keratin_cue(Cue cue) {
  switch (cue) {
    case Cue::kCysts:
      return paint_cysts;
    case Cue::kComedones:
      return paint_comedones;
    case Cue::kRidges:
      return paint_ridges;
    case Cue::kFingerprint:
      return paint_fingerprint;
    case Cue::kScale:
      return paint_scale;
    case Cue::kFollicles:
      return paint_follicles;
    case Cue::kScar:
      return paint_scar;
    case Cue::kShinyLines:
      return paint_shiny_lines;
    case Cue::kUlcer:
      return paint_ulcer;
    case Cue::kWhiteCircles:
      return paint_white_circles;
    case Cue::kKeratinMass:
      return paint_keratin_mass;
    default:
      return nullptr;
  }
}

}  // namespace derm::drawing
