// Weights and images as a formula of (tensor name, element index): the twin of `filled` in
// tools/make_net_golden.py.
#pragma once

#include <cmath>
#include <string>

#include "base/strings.h"
#include "net/torch.h"

namespace derm::testing {

inline uint32_t fnv1a(const std::string& name) {
  uint32_t state = 0x811C9DC5;
  for (const char c : name) state = (state ^ static_cast<uint8_t>(c)) * 0x01000193U;
  return state;
}

// Murmur's finaliser: a number in [-1, 1) of 24 bits.
inline double uniform(uint32_t state, uint32_t index) {
  uint32_t x = state ^ index * 0x9E3779B1U;
  x = (x ^ x >> 16) * 0x85EBCA6BU;
  x = (x ^ x >> 13) * 0xC2B2AE35U;
  x ^= x >> 16;
  return static_cast<double>(x >> 8) / 8388608.0 - 1;
}

inline torch::Tensor uniform(const std::string& name, const std::vector<int64_t>& shape) {
  torch::Tensor tensor = torch::empty(shape, torch::kFloat64);
  double* data = tensor.data_ptr<double>();
  const uint32_t state = fnv1a(name);
  for (int64_t i = 0; i < tensor.numel(); ++i) data[i] = uniform(state, static_cast<uint32_t>(i));
  return tensor;
}

// Keeps activations of a deep network in range.
inline torch::Tensor filled(const std::string& name, const std::vector<int64_t>& shape) {
  const torch::Tensor u = uniform(name, shape);
  const double fan_in =
      static_cast<double>(u.numel()) / static_cast<double>(shape.empty() ? 1 : shape[0]);
  if (shape.size() == 4) return u * std::sqrt(6 / fan_in);
  if (shape.size() == 2) return u * std::sqrt(3 / fan_in);
  if (ends_with(name, "running_var")) return 1 + 0.5 * u;
  if (ends_with(name, "weight")) return 1 + 0.2 * u;
  return 0.1 * u;
}

}  // namespace derm::testing
