// A tensor of floats in plain memory.
#pragma once

#include <cstdint>
#include <vector>

namespace derm {

struct Array {
  std::vector<int64_t> shape;
  std::vector<float> values;  // the last dimension runs fastest

  int64_t elements() const {
    int64_t n = 1;
    for (const int64_t size : shape) n *= size;
    return n;
  }
};

}  // namespace derm
