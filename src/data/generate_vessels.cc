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
    if (depth > 0 && rng.chance(0.22))
      grow(scene, mask, rng, path.back(), angle + (rng.chance(0.5) ? .8F : -.8F),
           (width + (end - width) * along) * .72F, depth - 1);
  }
  draw_path(scene, mask, path, width, end);
  if (depth > 0) grow(scene, mask, rng, path.back(), angle, end, depth - 1);
}

// Vessels are brought out by the lesion above them and sink away beside it.
void fade_outside(const Scene& scene, Plane& mask) {
  for (size_t i = 0; i < mask.data.size(); ++i)
    mask.data[i] *= ramp(1.35F, .9F, scene.radius.data[i]);
}

void paint_arborising(Scene& scene, float strength, Rng rng) {
  Plane mask = scene.blank();
  const int64_t trees = rng.between(1, 4);
  for (int64_t n = 0; n < trees; ++n) {
    const float angle = between(rng, 0, 6.2832);
    const Point root = Ray(angle).at(border_at(scene.lesion, angle) * between(rng, .8, 1.1));
    const float inward = angle + 3.1416F + .6F * static_cast<float>(rng.normal());
    grow(scene, mask, rng, root, inward, between(rng, .035, .06), 3);
  }
  settle(scene, mask);
  fade_outside(scene, mask);
  add(scene.layers.blood, mask, 1.1F * strength);
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
  settle(scene, mask);
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
    draw_line(scene, halo, place(tall, 0), place(0, 0), 4.2F * wide, 4.2F * wide,
              between(rng, .5, 1.));
  }
  settle(scene, mask);
  settle(scene, halo);
  cover(scene.layers.white, halo, .16F * strength);
  add(scene.layers.blood, mask, 1.3F * strength);
}

void paint_dots(Scene& scene, float strength, Rng rng) {
  Plane mask = scene.blank();
  for (const Point& at : scatter(scene, rng, rng.between(20, 60), 0.F, .9F))
    spot(scene, mask, at, between(rng, .018, .03), .4F, 1.F);
  settle(scene, mask);
  add(scene.layers.blood, mask, 1.2F * strength);
}

void paint_blood_spots(Scene& scene, float strength, Rng rng) {
  Plane mask = scene.blank();
  for (const Point& at : scatter(scene, rng, rng.between(2, 9), 0.F, .85F))
    blob(scene, mask, at, between(rng, .04, .12), between(rng, 1., 2.2), rng, .3F);
  settle(scene, mask);
  add(scene.layers.blood, mask, 2.4F * strength);
  add(scene.layers.melanin, mask, .7F * strength);
}

// Closed chambers of blood, some clotted black, on a flushed ground; pale septa between.
void paint_lacunae(Scene& scene, float strength, Rng rng) {
  Plane chambers = scene.blank(), clots = scene.blank();
  const float size = between(rng, .14, .30), clotted = rng.chance(0.4) ? between(rng, .1, .7) : 0.F;
  const auto count = static_cast<int64_t>(1.3F / (size * size));
  for (const Point& at : scatter(scene, rng, count, 0.F, .9F)) {
    const float r = size * between(rng, .5, 1.2), soft = between(rng, .3, .9);
    const bool clot = rng.chance(clotted);
    blob(scene, clot ? clots : chambers, at, r, between(rng, 1., 1.6), rng, soft);
  }
  settle(scene, chambers);
  settle(scene, clots);
  const float ground = between(rng, .2, 1.), depth = between(rng, .9, 2.2) * strength;
  const float septa = between(rng, .0, .35) * strength;
  each_inside(scene, 1.1F, [&](size_t i, float, float) {
    const float full = std::max(chambers.data[i], clots.data[i]), inside = scene.inside.data[i];
    scene.layers.blood.data[i] += depth * (full + ground * inside * (1.F - full));
    cover(scene.layers.white.data[i], septa * inside * (1.F - full));
  });
  add(scene.layers.melanin, clots, 1.6F * strength);
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
    cover(scene.layers.white.data[i], .28F * inside * ramp(.32F, .2F, cell.centre));
    cover(scene.layers.keratin.data[i], .5F * inside * ramp(plug, .5F * plug, cell.centre));
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
