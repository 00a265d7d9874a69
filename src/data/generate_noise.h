// Seeded noise over the plane: the raw material of drawn skin and lesions.
//
// Every function is a pure function of position and seed, in float arithmetic without libm calls
// whose last bit differs between machines (sqrt is exact), so the same seed draws the same picture.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace derm::drawing {

// Well mixed 32 bits from 32 bits (multiplier pair of C. Wellons' "lowbias32").
inline uint32_t scramble(uint32_t x) {
  x = (x ^ (x >> 16)) * 0x7feb352dU;
  x = (x ^ (x >> 15)) * 0x846ca68bU;
  return x ^ (x >> 16);
}

inline uint32_t lattice(int32_t x, int32_t y, uint32_t seed) {
  return scramble((static_cast<uint32_t>(x) * 0x9E3779B1U) ^
                  (static_cast<uint32_t>(y) * 0x85EBCA77U) ^ seed);
}

// [0, 1) from the upper 24 bits.
inline float unit(uint32_t bits) {
  return static_cast<float>(bits >> 8) * 0x1.0p-24F;
}

inline float clamp01(float x) {
  return std::min(1.F, std::max(0.F, x));
}

// 0 at and before `from`, 1 at and after `to`, smooth between; from > to falls instead.
inline float ramp(float from, float to, float x) {
  const float t = clamp01((x - from) / (to - from));
  return t * t * (3.F - 2.F * t);
}

inline int32_t floor_int(float x) {
  const auto i = static_cast<int32_t>(x);
  return i - (x < static_cast<float>(i) ? 1 : 0);
}

// Smooth noise of one unit's wavelength, in [-1, 1].
float value_noise(float x, float y, uint32_t seed);

// Octaves of value_noise, each of half the wavelength and half the amplitude, in [-1, 1].
float fractal_noise(float x, float y, uint32_t seed, int octaves);

// The cell of a jittered unit lattice that a point lies in.
struct Cell {
  float edge = 0;    // 0 on the border between two cells, growing inwards
  float centre = 0;  // distance to the cell's centre
  uint32_t id = 0;   // well mixed, the same all over the cell
};

// jitter 0: squares; 1: a free mosaic.
Cell cellular(float x, float y, float jitter, uint32_t seed);

// e^-x for x >= 0, relative error below 2e-4; the same bits on every machine.
float decay(float x);

}  // namespace derm::drawing
