#include "data/generate_noise.h"

#include <gtest/gtest.h>

#include "data/generate_canvas.h"

namespace derm::drawing {
namespace {

double total(const Plane& plane) {
  double sum = 0;
  for (const float v : plane.data) sum += static_cast<double>(v);
  return sum;
}

TEST(GenerateNoise, DecayIsTheExponential) {
  for (float x = 0; x < 20; x += 0.37F)
    EXPECT_NEAR(static_cast<double>(decay(x)) / std::exp(-static_cast<double>(x)), 1, 2e-4) << x;
}

TEST(GenerateNoise, StaysWithinOneAndHasNoJumps) {
  float before = fractal_noise(-20.F, 3.F, 11, 4);
  for (int i = 1; i < 4000; ++i) {
    const float now = fractal_noise(-20.F + 0.01F * static_cast<float>(i), 3.F, 11, 4);
    EXPECT_LE(std::abs(now), 1.F);
    EXPECT_LT(std::abs(now - before), 0.2F);
    before = now;
  }
}

TEST(GenerateNoise, CellsMeetWhereTheEdgeIsZero) {
  Cell before = cellular(0, 0.3F, 0.8F, 5);
  for (int i = 1; i < 3000; ++i) {
    const Cell now = cellular(0.002F * static_cast<float>(i), 0.3F, 0.8F, 5);
    EXPECT_GE(now.edge, 0.F);
    if (now.id != before.id) {
      EXPECT_LT(std::min(now.edge, before.edge), 0.01F);
    }
    before = now;
  }
}

TEST(GenerateCanvas, MarksCoverTheirArea) {
  Plane disc(64, 64), ring(64, 64), stroke(64, 64);
  stamp_disc(disc, {32, 32}, 10, 10, {1, 0}, 0.1F, 1);
  stamp_ring(ring, {32, 32}, 10, 3, 1);
  stamp_stroke(stroke, {10, 32}, {50, 32}, 4, 4, 1);
  EXPECT_NEAR(total(disc), 314, 8);
  EXPECT_NEAR(total(ring), 188, 8);
  EXPECT_NEAR(total(stroke), 4 * 40 + 12.6, 8);
}

TEST(GenerateCanvas, LinesThinnerThanAPixelFade) {
  Plane thin(64, 64), thinner(64, 64);
  stamp_stroke(thin, {5, 10}, {60, 40}, 1, 1, 1);
  stamp_stroke(thinner, {5, 10}, {60, 40}, 0.25F, 0.25F, 1);
  EXPECT_NEAR(total(thinner) / total(thin), 0.25, 0.01);
}

TEST(GenerateCanvas, MarksMayLieOutsideThePlane) {
  Plane plane(8, 8);
  stamp_disc(plane, {-50, 4}, 3, 3, {1, 0}, 0.5F, 1);
  stamp_stroke(plane, {100, 100}, {1e6F, 1e6F}, 2, 2, 1);
  stamp_ring(plane, {4, 1e9F}, 3, 1, 1);
  EXPECT_EQ(total(plane), 0);
}

TEST(GenerateCanvas, BlurKeepsTheSum) {
  Plane plane(40, 40);
  plane.at(20, 20) = 1;
  blur(plane, 1.7F);
  EXPECT_NEAR(total(plane), 1, 1e-4);
  EXPECT_LT(plane.at(20, 20), 0.1F);
}

TEST(GenerateCanvas, EnlargingKeepsTheGridPoints) {
  Plane coarse(4, 3);
  for (size_t i = 0; i < coarse.data.size(); ++i) coarse.data[i] = static_cast<float>(i * i);
  Plane fine = enlarge(coarse, 3, 9, 6);
  EXPECT_EQ(fine.at(3, 3), coarse.at(1, 1));
  EXPECT_FLOAT_EQ(fine.at(4, 0), coarse.at(1, 0) + (coarse.at(2, 0) - coarse.at(1, 0)) / 3);
}

}  // namespace
}  // namespace derm::drawing
