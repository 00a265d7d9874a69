#include <cmath>

#include "data/generate_noise.h"
#include "data/generate_scene.h"

namespace derm::drawing {
namespace {

Pose make_pose(const LesionSpec& lesion, const Shot& shot) {
  Rng rng = shot_stream(lesion, shot, kPose);
  const float w = static_cast<float>(shot.width), h = static_cast<float>(shot.height);
  const float side = std::min(w, h);
  const double angle = rng.uniform(0, 6.283185307), zoom = rng.uniform(0.75, 1.3);
  Pose pose;
  pose.centre = {0.5F * (w - 1), 0.5F * (h - 1)};
  pose.scale = side * static_cast<float>(std::min(0.47, lesion.radius * (shot.plain ? 1 : zoom)));
  if (shot.plain) return pose;
  const double stray = std::max(0.02, 0.16 - 0.2 * lesion.radius);
  pose.centre.x += side * static_cast<float>(stray * rng.normal());
  pose.centre.y += side * static_cast<float>(0.7 * stray * rng.normal());
  pose.axis = {static_cast<float>(std::cos(angle)), static_cast<float>(std::sin(angle))};
  return pose;
}

// The displacement of marks: amplitude in lesion radii, wavelength about a mark's own size.
void make_warp(Scene& scene) {
  constexpr float kAmplitude = 0.028F, kFrequency = 7.F;
  const uint32_t seed = lesion_stream(scene.lesion, kWarp).next();
  scene.warp_x = scene.blank();
  scene.warp_y = scene.blank();
  each_inside(scene, kMarkLimit, [&](size_t i, float u, float v) {
    const float du = kAmplitude * fractal_noise(kFrequency * u, kFrequency * v, seed, 2);
    const float dv = kAmplitude * fractal_noise(kFrequency * u, kFrequency * v, seed + 7, 2);
    scene.warp_x.data[i] = scene.pose.scale * (du * scene.pose.axis.x - dv * scene.pose.axis.y);
    scene.warp_y.data[i] = scene.pose.scale * (du * scene.pose.axis.y + dv * scene.pose.axis.x);
  });
}

// Between the four nearest pixels; clamped at the frame.
float sample(const Plane& plane, float x, float y) {
  x = std::min(std::max(x, 0.F), static_cast<float>(plane.width) - 1.001F);
  y = std::min(std::max(y, 0.F), static_cast<float>(plane.height) - 1.001F);
  const auto ix = static_cast<size_t>(x), iy = static_cast<size_t>(y);
  const float fx = x - static_cast<float>(ix), fy = y - static_cast<float>(iy);
  const size_t width = static_cast<size_t>(plane.width);
  const float* p = plane.data.data() + iy * width + ix;
  const float top = p[0] + (p[1] - p[0]) * fx;
  const float bottom = p[width] + (p[width + 1] - p[width]) * fx;
  return top + (bottom - top) * fy;
}

}  // namespace

void settle(const Scene& scene, Plane& mask) {
  Plane moved = scene.blank();
  size_t i = 0;
  for (int y = 0; y < scene.height; ++y)
    for (int x = 0; x < scene.width; ++x, ++i)
      if (scene.radius.data[i] < kMarkLimit)
        moved.data[i] = sample(mask, static_cast<float>(x) + scene.warp_x.data[i],
                               static_cast<float>(y) + scene.warp_y.data[i]);
  mask = std::move(moved);
}

Point Pose::to_px(float u, float v) const {
  return {centre.x + scale * (u * axis.x - v * axis.y),
          centre.y + scale * (u * axis.y + v * axis.x)};
}

Point Pose::to_lesion(float x, float y) const {
  const float dx = (x - centre.x) / scale, dy = (y - centre.y) / scale;
  return {dx * axis.x + dy * axis.y, dy * axis.x - dx * axis.y};
}

Rng lesion_stream(const LesionSpec& lesion, uint32_t stream) {
  return Rng({lesion.seed, Purpose::kGenerate, 1, lesion.number, stream});
}

Rng shot_stream(const LesionSpec& lesion, const Shot& shot, uint32_t stream) {
  return Rng({lesion.seed, Purpose::kGenerate, 2, shot.number, stream});
}

uint32_t shape_seed(const LesionSpec& lesion) {
  return lesion_stream(lesion, kShape).next();
}

float border_distance(const LesionSpec& lesion, uint32_t seed, float u, float v) {
  const float stretch = std::sqrt(static_cast<float>(lesion.aspect));
  const float stray = static_cast<float>(lesion.irregularity);
  const float x = u / stretch, y = v * stretch;
  const float round = std::sqrt(x * x + y * y);
  if (round > 2.5F) return round;
  // Coarse noise bends the outline, finer noise notches it; near the centre both fade out.
  const float coarse = value_noise(1.1F * u + 7.3F, 1.1F * v, seed);
  const float fine = fractal_noise(2.9F * u, 2.9F * v + 3.1F, seed + 1, 3);
  return round + stray * std::min(1.F, 1.6F * round) * (0.75F * coarse + 0.55F * fine);
}

void add(Plane& plane, const Plane& mask, float amount) {
  for (size_t i = 0; i < plane.data.size(); ++i) plane.data[i] += amount * mask.data[i];
}

void cover(float& pixel, float opacity) {
  pixel = 1.F - (1.F - pixel) * (1.F - clamp01(opacity));
}

void cover(Plane& plane, const Plane& mask, float amount) {
  for (size_t i = 0; i < plane.data.size(); ++i)
    if (mask.data[i] > 0) cover(plane.data[i], amount * mask.data[i]);
}

Scene make_scene(const LesionSpec& lesion, const Shot& shot) {
  Scene scene{lesion, make_pose(lesion, shot), shot.width, shot.height, {}, {}, {}, {}, {}};
  auto& l = scene.layers;
  for (Plane* plane :
       {&l.melanin, &l.blood, &l.deep, &l.veil, &l.white, &l.keratin, &scene.radius, &scene.inside})
    *plane = scene.blank();
  const uint32_t seed = shape_seed(lesion);
  const float soft = std::max(static_cast<float>(lesion.softness), 1.F / scene.pose.scale);
  size_t i = 0;
  for (int y = 0; y < scene.height; ++y)
    for (int x = 0; x < scene.width; ++x, ++i) {
      const Point at = scene.pose.to_lesion(static_cast<float>(x), static_cast<float>(y));
      const float distance = border_distance(lesion, seed, at.x, at.y);
      scene.radius.data[i] = distance;
      scene.inside.data[i] = ramp(1.F + 0.5F * soft, 1.F - 0.5F * soft, distance);
    }
  make_warp(scene);
  return scene;
}

}  // namespace derm::drawing
