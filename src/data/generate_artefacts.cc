// What lies between lesion and lens: hair, gel bubbles, rulers, plaster discs, ink, glints.
#include <cmath>

#include "data/generate_marks.h"

namespace derm::drawing {
namespace {

using Colour = std::array<double, 3>;

// light = blend(light, colour, opacity * mask)
void ink(Light& light, const Plane& mask, const Colour& colour, float opacity) {
  for (size_t c = 0; c < 3; ++c)
    for (size_t i = 0; i < mask.data.size(); ++i) {
      if (mask.data[i] <= 0) continue;
      float& pixel = light[c].data[i];
      pixel += (static_cast<float>(colour[c]) - pixel) * clamp01(opacity * mask.data[i]);
    }
}

float short_side(const Scene& scene) {
  return static_cast<float>(std::min(scene.width, scene.height));
}

Point anywhere(const Scene& scene, Rng& rng, double margin) {
  return {static_cast<float>(scene.width * rng.uniform(-margin, 1 + margin)),
          static_cast<float>(scene.height * rng.uniform(-margin, 1 + margin))};
}

struct Hairs {
  float width, length, angle, spread, bend;  // px, px, radians, radians, share of length
};

void draw_hair(const Scene& scene, Plane& mask, Rng& rng, const Hairs& hairs) {
  const Point root = anywhere(scene, rng, 0.15);
  const Ray ray(hairs.angle + hairs.spread * static_cast<float>(rng.normal()));
  const float length = hairs.length * between(rng, .4, 1.5);
  const float bow = hairs.bend * length * static_cast<float>(rng.normal());
  const Point tip{root.x + ray.x * length, root.y + ray.y * length};
  const Point pull{.5F * (root.x + tip.x) - ray.y * bow, .5F * (root.y + tip.y) + ray.x * bow};
  const float width = hairs.width * between(rng, .6, 1.3);
  stamp_path(mask, curve(root, pull, tip, 12), width, .45F * width, between(rng, .75, 1.));
}

void add_hair(const Scene& scene, const Shot& shot, Light& light) {
  Rng rng = shot_stream(scene.lesion, shot, kHair);
  const auto& skin = scene.lesion.skin;
  const bool stubble = skin.hair > 0 && rng.chance(0.15);
  const double dense = skin.hair * skin.hair * (stubble ? 90 : 34);
  const int64_t count =
      static_cast<int64_t>(dense * rng.uniform(0.3, 1)) + (rng.chance(0.3) ? 2 : 0);
  if (count == 0) return;
  const float side = short_side(scene);
  const Hairs hairs{side * between(rng, .005, .012), side * (stubble ? .09F : between(rng, .4, .9)),
                    between(rng, 0, 6.2832), stubble ? .2F : between(rng, .25, 1.1),
                    stubble ? .05F : between(rng, .08, .3)};
  Plane mask = scene.blank();
  for (int64_t n = 0; n < count; ++n) draw_hair(scene, mask, rng, hairs);
  Plane shadow = mask;
  blur(shadow, .006F * side);
  ink(light, shadow, {0, 0, 0}, .22F);
  ink(light, mask, skin.hair_colour, between(rng, .72, .95));
}

// A bubble in the contact gel: a dim rim, a bright arc of reflected light inside it.
void add_bubbles(const Scene& scene, Rng& rng, Light& light) {
  const int64_t count = rng.between(2, 22);
  Plane rim = scene.blank(), shine = scene.blank();
  const float side = short_side(scene);
  for (int64_t n = 0; n < count; ++n) {
    const Point at = anywhere(scene, rng, 0);
    const double size = rng.uniform();
    const float r = side * static_cast<float>(0.008 + 0.035 * size * size * size);
    stamp_ring(rim, at, r, .22F * r + .5F, between(rng, .4, 1.));
    stamp_ring(shine, at, .78F * r, .14F * r + .3F, between(rng, .3, .9));
    stamp_disc(shine, {at.x - .35F * r, at.y - .35F * r}, .22F * r, .16F * r, {1, 0}, .5F, 1.F);
  }
  ink(light, rim, {.10, .08, .08}, .35F);
  ink(light, shine, {1, 1, 1}, .65F);
}

// Ticks along one edge, every fifth longer, as dermatoscopes etch them on the contact plate.
void add_ruler(const Scene& scene, Rng& rng, Light& light) {
  const float side = short_side(scene), pitch = side * between(rng, .05, .11);
  const float width = static_cast<float>(scene.width), height = static_cast<float>(scene.height);
  const Ray along(rng.chance(0.5) ? between(rng, -.12, .12) : 1.5708F + between(rng, -.12, .12));
  const bool across = std::abs(along.x) > .7F;
  const float inset = side * between(rng, .02, .1);
  const bool far = rng.chance(0.5);
  Point at = across ? Point{width * between(rng, -.2, .5), far ? height - inset : inset}
                    : Point{far ? width - inset : inset, height * between(rng, -.2, .5)};
  const float inward = (far ? -1.F : 1.F) * (across ? 1.F : -1.F);
  const float line = side * between(rng, .005, .009), tall = side * between(rng, .025, .045);
  Plane mask = scene.blank();
  const int64_t count = rng.between(5, 22);
  for (int64_t n = 0; n < count; ++n) {
    const float tick = inward * tall * (n % 5 == 0 ? 1.7F : 1.F);
    stamp_stroke(mask, at, {at.x - along.y * tick, at.y + along.x * tick}, line, line, 1.F);
    at = {at.x + along.x * pitch, at.y + along.y * pitch};
  }
  ink(light, mask, {.02, .02, .02}, between(rng, .6, .95));
}

// Coloured plaster discs that some clinics put beside the lesion, cut off by the frame.
void add_plaster(const Scene& scene, Rng& rng, Light& light) {
  static constexpr Colour kColours[] = {
      {.75, .30, .05}, {.10, .35, .16}, {.07, .18, .42}, {.72, .55, .06}, {.60, .10, .12}};
  Plane mask = scene.blank();
  const float side = short_side(scene), r = side * between(rng, .2, .42);
  const Point corner{rng.chance(0.5) ? -.25F * r : static_cast<float>(scene.width) + .25F * r,
                     static_cast<float>(scene.height) * between(rng, 0, 1)};
  stamp_disc(mask, corner, r, r * between(rng, .9, 1.1), {1, 0}, .03F, 1.F);
  ink(light, mask, kColours[rng.below(5)], between(rng, .8, .97));
}

// Surgical marker: a broken purple line beside the lesion.
void add_pen(const Scene& scene, Rng& rng, Light& light) {
  Plane mask = scene.blank();
  const float side = short_side(scene);
  const Ray ray(between(rng, 0, 6.2832));
  const float away = scene.pose.scale * between(rng, 1.3, 1.9), run = side * between(rng, .1, .3);
  const Point middle{scene.pose.centre.x + ray.x * away, scene.pose.centre.y + ray.y * away};
  const Point from{middle.x - ray.y * run, middle.y + ray.x * run};
  const Point to{middle.x + ray.y * run, middle.y - ray.x * run};
  const Point pull{middle.x + .3F * run * ray.x, middle.y + .3F * run * ray.y};
  const float width = side * between(rng, .015, .04);
  stamp_path(mask, curve(from, pull, to, 10), width, width, 1.F);
  const uint32_t skips = rng.next();
  const float pitch = 40.F / side;
  for (int y = 0; y < mask.height; ++y)
    for (int x = 0; x < mask.width; ++x)
      mask.at(x, y) *= ramp(
          -.5F, .4F,
          fractal_noise(pitch * static_cast<float>(x), pitch * static_cast<float>(y), skips, 2));
  ink(light, mask, {.12, .06, .30}, between(rng, .4, .8));
}

// Reflections of the lamp on dry skin: short bright flecks along one direction.
void add_glints(const Scene& scene, Rng& rng, Light& light) {
  Plane mask = scene.blank();
  const float side = short_side(scene);
  const Ray ray(between(rng, 0, 3.1416));
  const int64_t count = rng.between(15, 90);
  for (int64_t n = 0; n < count; ++n) {
    const Point at = anywhere(scene, rng, 0);
    const float run = side * between(rng, .003, .015);
    stamp_stroke(mask, at, {at.x + ray.x * run, at.y + ray.y * run}, side * .006F, side * .003F,
                 between(rng, .2, 1.));
  }
  ink(light, mask, {.95, .95, 1.}, between(rng, .2, .6));
}

}  // namespace

void add_artefacts(const Scene& scene, const Shot& shot, Light& light) {
  Rng rng = shot_stream(scene.lesion, shot, kObjects);
  if (rng.chance(0.03)) add_plaster(scene, rng, light);
  if (rng.chance(0.05)) add_pen(scene, rng, light);
  add_hair(scene, shot, light);
  if (rng.chance(0.18)) add_bubbles(scene, rng, light);
  if (rng.chance(0.20)) add_glints(scene, rng, light);
  if (rng.chance(0.14)) add_ruler(scene, rng, light);
}

}  // namespace derm::drawing
