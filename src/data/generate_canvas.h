// Float planes and antialiased marks on them: discs, rings, tapered strokes and paths.
//
// Positions are in pixels, pixel (x, y) has its centre at (x, y). Marks blend by maximum, so the
// joints of a path do not show; marks thinner than a pixel fade instead of breaking up.
#pragma once

#include <cstddef>
#include <vector>

namespace derm::drawing {

struct Point {
  float x = 0, y = 0;
};

struct Plane {
  int width = 0, height = 0;
  std::vector<float> data;  // [height * width], row by row

  Plane() = default;
  Plane(int w, int h, float fill = 0)
      : width(w), height(h), data(static_cast<size_t>(w) * static_cast<size_t>(h), fill) {}

  float& at(int x, int y) {
    return data[static_cast<size_t>(y) * static_cast<size_t>(width) + static_cast<size_t>(x)];
  }
};

// An ellipse with radii rx, ry turned by the unit vector `axis`; softness is the share of the
// radius over which the rim fades.
void stamp_disc(Plane& plane, Point centre, float rx, float ry, Point axis, float softness,
                float value);

void stamp_ring(Plane& plane, Point centre, float radius, float thickness, float value);

// A capsule whose width goes from `from_width` to `to_width`.
void stamp_stroke(Plane& plane, Point from, Point to, float from_width, float to_width,
                  float value);

// A polyline that tapers evenly from its first to its last point.
void stamp_path(Plane& plane, const std::vector<Point>& points, float from_width, float to_width,
                float value);

// Points of the quadratic curve from a to c pulled towards b.
std::vector<Point> curve(Point a, Point b, Point c, int segments);

// The plane's values at (x / step, y / step), linear between its pixels.
Plane enlarge(const Plane& plane, int step, int width, int height);

// Separable blur with a triangle-like kernel of that standard deviation (at most 3 px).
void blur(Plane& plane, float sigma);

}  // namespace derm::drawing
