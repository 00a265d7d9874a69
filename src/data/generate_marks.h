// Marks placed in lesion coordinates: what the cue painters share. Internal to the generator.
#pragma once

#include <cmath>
#include <vector>

#include "data/generate_noise.h"
#include "data/generate_scene.h"

namespace derm::drawing {

inline float between(Rng& rng, double low, double high) {
  return static_cast<float>(rng.uniform(low, high));
}

// A direction from the lesion's centre.
struct Ray {
  float x, y;
  explicit Ray(float angle) : x(std::cos(angle)), y(std::sin(angle)) {}
  Point at(float distance) const { return {x * distance, y * distance}; }
};

// Radius at which the border is met in that direction.
float border_at(const LesionSpec& lesion, float angle);

// Up to `count` points whose border distance lies between `inner` and `outer`, not crowding each
// other; at least one.
std::vector<Point> scatter(const Scene& scene, Rng& rng, int64_t count, float inner, float outer);

void spot(const Scene& scene, Plane& mask, Point at, float radius, float softness, float value);
// An ellipse of random turn; `stretch` is long axis / short axis.
void blob(const Scene& scene, Plane& mask, Point at, float radius, float stretch, Rng& rng,
          float softness);
void ring(const Scene& scene, Plane& mask, Point at, float radius, float thickness, float value);
void draw_line(const Scene& scene, Plane& mask, Point from, Point to, float from_width,
               float to_width, float value = 1.F);
void draw_path(const Scene& scene, Plane& mask, const std::vector<Point>& points, float from_width,
               float to_width, float value = 1.F);

}  // namespace derm::drawing
