// Blood: vessel trees, coils, hairpins, dots, spots, lacunae and the strawberry pattern.
#include "data/generate_marks.h"

namespace derm::drawing {
namespace {

// One branch of a tree: a bending path that thins out and forks.
void grow(const Scene& scene, Plane& mask, Rng& rng, Point from, float angle, float width,
          int depth) {
  std::vector<Point> path{from};
  const int64_t steps = rng.between(5, 10);
  const float step = between(rng, .05, .09);
  const float end = .62F * width;
  for (int64_t n = 0; n < steps; ++n) {
    angle += .38F * static_cast<float>(rng.normal());
    const Ray ray(angle);
    path.push_back({path.back().x + ray.x * step, path.back().y + ray.y * step});
    const float along = static_cast<float>(n + 1) / static_cast<float>(steps);
    if (depth > 0 && rng.chance(0.3))
      grow(scene, mask, rng, path.back(), angle + (rng.chance(0.5) ? .8F : -.8F),
           (width + (end - width) * along) * .72F, depth - 1);
  }
  draw_path(scene, mask, path, width, end);
  if (depth > 0) grow(scene, mask, rng, path.back(), angle, end, depth - 1);
}

void paint_arborising(Scene& scene, float strength, Rng rng) {
  Plane mask = scene.blank();
  const int64_t trees = rng.between(2, 5);
  for (int64_t n = 0; n < trees; ++n) {
    const float angle = between(rng, 0, 6.2832);
    const Point root = Ray(angle).at(border_at(scene.lesion, angle) * between(rng, .8, 1.1));
    const float inward = angle + 3.1416F + .6F * static_cast<float>(rng.normal());
    grow(scene, mask, rng, root, inward, between(rng, .04, .075), 3);
  }
  add(scene.layers.blood, mask, 1.15F * strength);
}

// Glomeruli: small tangled coils in groups.
void paint_coils(Scene& scene, float strength, Rng rng) {
  Plane mask = scene.blank();
  const float size = between(rng, .04, .06);
  for (const Point& group : scatter(scene, rng, rng.between(3, 8), 0.F, .9F)) {
    const int64_t count = rng.between(4, 10);
    for (int64_t n = 0; n < count; ++n) {
      const Point at{group.x + .13F * static_cast<float>(rng.normal()),
                     group.y + .13F * static_cast<float>(rng.normal())};
      ring(scene, mask, at, size * between(rng, .7, 1.2), .035F, 1.F);
      spot(scene, mask, at, .018F, .5F, .8F);
    }
  }
  add(scene.layers.blood, mask, 1.35F * strength);
}

// Loops with a pale halo, feet towards the border.
void paint_hairpins(Scene& scene, float strength, Rng rng) {
  Plane mask = scene.blank(), halo = scene.blank();
  for (const Point& at : scatter(scene, rng, rng.between(10, 26), .3F, .95F)) {
    const float length = std::sqrt(at.x * at.x + at.y * at.y) + 1e-3F;
    const Point out{at.x / length, at.y / length}, side{-out.y, out.x};
    const float tall = between(rng, .09, .17), wide = between(rng, .035, .055);
    const auto place = [&](float along, float across) {
      return Point{at.x + out.x * along + side.x * across, at.y + out.y * along + side.y * across};
    };
    draw_path(scene, mask,
              {place(tall, wide), place(0, wide), place(-.4F * wide, 0), place(0, -wide),
               place(tall, -wide)},
              .03F, .03F);
    draw_line(scene, halo, place(tall, 0), place(0, 0), 4.2F * wide, 4.2F * wide);
  }
  cover(scene.layers.white, halo, .35F * strength);
  add(scene.layers.blood, mask, 1.3F * strength);
}

void paint_dots(Scene& scene, float strength, Rng rng) {
  Plane mask = scene.blank();
  for (const Point& at : scatter(scene, rng, rng.between(20, 60), 0.F, .9F))
    spot(scene, mask, at, between(rng, .018, .03), .4F, 1.F);
  add(scene.layers.blood, mask, 1.2F * strength);
}

void paint_blood_spots(Scene& scene, float strength, Rng rng) {
  Plane mask = scene.blank();
  for (const Point& at : scatter(scene, rng, rng.between(2, 9), 0.F, .85F))
    blob(scene, mask, at, between(rng, .04, .12), between(rng, 1., 2.2), rng, .3F);
  add(scene.layers.blood, mask, 2.4F * strength);
  add(scene.layers.melanin, mask, .7F * strength);
}

// Closed chambers of blood, some clotted black, between pale septa.
void paint_lacunae(Scene& scene, float strength, Rng rng) {
  const uint32_t cells = rng.next(), bend = rng.next();
  const float pitch = between(rng, .26, .52),
              clotted = rng.chance(0.35) ? between(rng, .1, .6) : 0.F;
  const float depth = between(rng, 1.1, 2.4), septa = between(rng, .15, .5),
              gap = between(rng, .06, .2);
  each_inside(scene, 1.08F, [&](size_t i, float u, float v) {
    const float shift = .35F * value_noise(3.F * u, 3.F * v, bend);
    const Cell cell = cellular(u / pitch + shift, v / pitch + shift, .95F, cells);
    const float inside = scene.inside.data[i] * strength;
    const float chamber = ramp(.3F * gap, gap + .22F, cell.edge) * inside;
    const float shade = .55F + .9F * unit(cell.id);
    scene.layers.blood.data[i] += depth * shade * chamber;
    if (unit(scramble(cell.id)) < clotted) scene.layers.melanin.data[i] += 1.5F * chamber;
    cover(scene.layers.white.data[i], septa * inside * ramp(gap, .3F * gap, cell.edge));
  });
}

// Red net around pale follicles with a plug in their middle.
void paint_strawberry(Scene& scene, float strength, Rng rng) {
  const uint32_t cells = rng.next(), patches = rng.next();
  const float pitch = between(rng, .2, .32), plug = between(rng, .10, .17);
  each_inside(scene, 1.15F, [&](size_t i, float u, float v) {
    const float patch = ramp(-.5F, .1F, fractal_noise(1.5F * u, 1.5F * v, patches, 2));
    const float inside = strength * patch * ramp(1.15F, .8F, scene.radius.data[i]);
    const Cell cell = cellular(u / pitch, v / pitch, .75F, cells);
    scene.layers.blood.data[i] += inside * (.85F * ramp(.5F, .1F, cell.edge) - .1F);
    cover(scene.layers.white.data[i], .38F * inside * ramp(.32F, .2F, cell.centre));
    cover(scene.layers.keratin.data[i], .7F * inside * ramp(plug, .5F * plug, cell.centre));
  });
}

}  // namespace

PaintCue vessel_cue(Cue cue) {
  switch (cue) {
    case Cue::kArborising:
      return paint_arborising;
    case Cue::kCoils:
      return paint_coils;
    case Cue::kHairpins:
      return paint_hairpins;
    case Cue::kDots:
      return paint_dots;
    case Cue::kBloodSpots:
      return paint_blood_spots;
    case Cue::kLacunae:
      return paint_lacunae;
    case Cue::kStrawberry:
      return paint_strawberry;
    default:
      return nullptr;
  }
}

}  // namespace derm::drawing
