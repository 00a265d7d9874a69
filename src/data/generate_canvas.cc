#include "data/generate_canvas.h"

#include <algorithm>
#include <cmath>

#include "data/generate_noise.h"

namespace derm::drawing {
namespace {

// Calls paint(x, y) for the pixels of the box that lie on the plane.
template <class Paint>
void each_pixel(const Plane& plane, float left, float top, float right, float bottom,
                const Paint& paint) {
  const auto lower = [](float v) { return static_cast<int>(std::max(v, 0.F)); };
  const auto upper = [](float v, int size) {
    return static_cast<int>(std::min(v, static_cast<float>(size - 1)));
  };
  if (right < 0 || bottom < 0) return;
  for (int y = lower(top); y <= upper(bottom, plane.height); ++y)
    for (int x = lower(left); x <= upper(right, plane.width); ++x) paint(x, y);
}

void raise(float& pixel, float value) {
  pixel = std::max(pixel, value);
}

std::vector<float> blur_kernel(float sigma) {
  const int reach = static_cast<int>(std::ceil(2.5F * sigma));
  std::vector<float> kernel;
  float total = 0;
  for (int i = -reach; i <= reach; ++i) {
    const float t = static_cast<float>(i) / sigma;
    kernel.push_back(decay(0.5F * t * t));
    total += kernel.back();
  }
  for (float& weight : kernel) weight /= total;
  return kernel;
}

// One line of `count` values, `stride` apart, convolved in place with clamped ends.
void blur_line(float* line, int count, ptrdiff_t stride, const std::vector<float>& kernel,
               std::vector<float>& padded) {
  const ptrdiff_t reach = static_cast<ptrdiff_t>(kernel.size() / 2), last = count - 1;
  padded.resize(static_cast<size_t>(count + 2 * reach));
  for (ptrdiff_t i = 0; i < count + 2 * reach; ++i)
    padded[static_cast<size_t>(i)] = line[std::clamp<ptrdiff_t>(i - reach, 0, last) * stride];
  for (int i = 0; i < count; ++i) {
    float sum = 0;
    for (size_t k = 0; k < kernel.size(); ++k)
      sum += kernel[k] * padded[static_cast<size_t>(i) + k];
    line[i * stride] = sum;
  }
}

}  // namespace

void stamp_disc(Plane& plane, Point centre, float rx, float ry, Point axis, float softness,
                float value) {
  const float reach = std::max(rx, ry) + 1.F, small = std::min(rx, ry);
  const float fade = std::max(softness, 1.F / std::max(small, 0.5F));
  const float faint = std::min(1.F, 2.F * small);  // below half a pixel
  each_pixel(plane, centre.x - reach, centre.y - reach, centre.x + reach, centre.y + reach,
             [&](int x, int y) {
               const float dx = static_cast<float>(x) - centre.x;
               const float dy = static_cast<float>(y) - centre.y;
               const float u = (dx * axis.x + dy * axis.y) / rx;
               const float v = (dy * axis.x - dx * axis.y) / ry;
               const float distance = std::sqrt(u * u + v * v);
               raise(plane.at(x, y),
                     value * faint * ramp(1.F + 0.5F * fade, 1.F - 0.5F * fade, distance));
             });
}

void stamp_ring(Plane& plane, Point centre, float radius, float thickness, float value) {
  const float half = std::max(0.5F * thickness, 0.5F);
  const float faint = std::min(1.F, thickness), reach = radius + half + 1.F;
  each_pixel(plane, centre.x - reach, centre.y - reach, centre.x + reach, centre.y + reach,
             [&](int x, int y) {
               const float dx = static_cast<float>(x) - centre.x;
               const float dy = static_cast<float>(y) - centre.y;
               const float off = std::abs(std::sqrt(dx * dx + dy * dy) - radius);
               raise(plane.at(x, y), value * faint * clamp01(half + 0.5F - off));
             });
}

void stamp_stroke(Plane& plane, Point from, Point to, float from_width, float to_width,
                  float value) {
  const float dx = to.x - from.x, dy = to.y - from.y;
  const float length2 = std::max(dx * dx + dy * dy, 1e-6F);
  const float reach = 0.5F * std::max(from_width, to_width) + 1.F;
  each_pixel(plane, std::min(from.x, to.x) - reach, std::min(from.y, to.y) - reach,
             std::max(from.x, to.x) + reach, std::max(from.y, to.y) + reach, [&](int x, int y) {
               const float px = static_cast<float>(x) - from.x;
               const float py = static_cast<float>(y) - from.y;
               const float t = clamp01((px * dx + py * dy) / length2);
               const float width = from_width + (to_width - from_width) * t;
               const float ox = px - t * dx, oy = py - t * dy;
               const float off = std::sqrt(ox * ox + oy * oy);
               const float half = std::max(0.5F * width, 0.5F);
               raise(plane.at(x, y), value * std::min(1.F, width) * clamp01(half + 0.5F - off));
             });
}

void stamp_path(Plane& plane, const std::vector<Point>& points, float from_width, float to_width,
                float value) {
  const float steps = static_cast<float>(points.size()) - 1.F;
  for (size_t i = 0; i + 1 < points.size(); ++i) {
    const float a = static_cast<float>(i) / steps, b = static_cast<float>(i + 1) / steps;
    stamp_stroke(plane, points[i], points[i + 1], from_width + (to_width - from_width) * a,
                 from_width + (to_width - from_width) * b, value);
  }
}

std::vector<Point> curve(Point a, Point b, Point c, int segments) {
  std::vector<Point> points;
  for (int i = 0; i <= segments; ++i) {
    const float t = static_cast<float>(i) / static_cast<float>(segments), s = 1.F - t;
    points.push_back(
        {s * s * a.x + 2 * s * t * b.x + t * t * c.x, s * s * a.y + 2 * s * t * b.y + t * t * c.y});
  }
  return points;
}

Plane enlarge(const Plane& plane, int step, int width, int height) {
  Plane out(width, height);
  const float share = 1.F / static_cast<float>(step);
  for (int y = 0; y < height; ++y) {
    const auto row = static_cast<size_t>(y / step) * static_cast<size_t>(plane.width);
    const float* top = plane.data.data() + row;
    const float* below = top + plane.width;
    const float fy = static_cast<float>(y % step) * share;
    for (int x = 0; x < width; ++x) {
      const int i = x / step;
      const float fx = static_cast<float>(x % step) * share;
      const float upper = top[i] + (top[i + 1] - top[i]) * fx;
      const float lower = below[i] + (below[i + 1] - below[i]) * fx;
      out.at(x, y) = upper + (lower - upper) * fy;
    }
  }
  return out;
}

void blur(Plane& plane, float sigma) {
  if (sigma < 0.2F) return;
  const auto kernel = blur_kernel(std::min(sigma, 3.F));
  std::vector<float> padded;
  for (int y = 0; y < plane.height; ++y) blur_line(&plane.at(0, y), plane.width, 1, kernel, padded);
  for (int x = 0; x < plane.width; ++x)
    blur_line(&plane.at(x, 0), plane.height, plane.width, kernel, padded);
}

}  // namespace derm::drawing
