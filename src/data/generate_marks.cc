#include "data/generate_marks.h"

namespace derm::drawing {

float border_at(const LesionSpec& lesion, float angle) {
  const uint32_t seed = shape_seed(lesion);
  const Ray ray(angle);
  float r = 0.2F;
  while (r < 2.4F && border_distance(lesion, seed, ray.x * r, ray.y * r) < 1.F) r += 0.04F;
  return r;
}

std::vector<Point> scatter(const Scene& scene, Rng& rng, int64_t count, float inner, float outer) {
  const uint32_t seed = shape_seed(scene.lesion);
  const float gap = 0.9F / std::sqrt(static_cast<float>(count));
  std::vector<Point> points;
  const auto crowded = [&](Point p) {
    for (const Point& q : points) {
      const float dx = p.x - q.x, dy = p.y - q.y;
      if (dx * dx + dy * dy < gap * gap) return true;
    }
    return false;
  };
  for (int64_t tries = 0; tries < 6 * count && static_cast<int64_t>(points.size()) < count;
       ++tries) {
    const Point p{between(rng, -1.6, 1.6), between(rng, -1.4, 1.4)};
    const float r = border_distance(scene.lesion, seed, p.x, p.y);
    if (r >= inner && r <= outer && !crowded(p)) points.push_back(p);
  }
  if (points.empty()) points.push_back({0, 0});
  return points;
}

void spot(const Scene& scene, Plane& mask, Point at, float radius, float softness, float value) {
  const float r = radius * scene.pose.scale;
  stamp_disc(mask, scene.pose.to_px(at.x, at.y), r, r, {1, 0}, softness, value);
}

void blob(const Scene& scene, Plane& mask, Point at, float radius, float stretch, Rng& rng,
          float softness) {
  const Ray turn(between(rng, 0, 3.1416));
  const Pose& pose = scene.pose;
  const Point axis{turn.x * pose.axis.x - turn.y * pose.axis.y,
                   turn.x * pose.axis.y + turn.y * pose.axis.x};
  const float r = radius * pose.scale, root = std::sqrt(stretch);
  stamp_disc(mask, pose.to_px(at.x, at.y), r * root, r / root, axis, softness, 1.F);
}

void ring(const Scene& scene, Plane& mask, Point at, float radius, float thickness, float value) {
  const float scale = scene.pose.scale;
  stamp_ring(mask, scene.pose.to_px(at.x, at.y), radius * scale, thickness * scale, value);
}

void draw_line(const Scene& scene, Plane& mask, Point from, Point to, float from_width,
               float to_width, float value) {
  const Pose& pose = scene.pose;
  stamp_stroke(mask, pose.to_px(from.x, from.y), pose.to_px(to.x, to.y), from_width * pose.scale,
               to_width * pose.scale, value);
}

void draw_path(const Scene& scene, Plane& mask, const std::vector<Point>& points, float from_width,
               float to_width, float value) {
  std::vector<Point> pixels;
  for (const Point& p : points) pixels.push_back(scene.pose.to_px(p.x, p.y));
  stamp_path(mask, pixels, from_width * scene.pose.scale, to_width * scene.pose.scale, value);
}

}  // namespace derm::drawing
