// Element types of weight files: safetensors' name, torch's storage class, and torch's type.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/torch.h"

namespace derm {

struct Dtype {
  const char* safetensors;  // "F32"
  const char* storage;      // "FloatStorage"
  torch::ScalarType type;
  uint64_t bytes;  // of one element
};

const std::vector<Dtype>& dtypes();
std::string dtype_names();  // "F64, F32, ..." for error messages

// Null where there is none.
const Dtype* dtype_by_name(std::string_view safetensors);
const Dtype* dtype_by_storage(std::string_view storage);
const Dtype* dtype_of(torch::ScalarType type);

// A tensor of this shape from raw little-endian elements; any byte but 0 is true.
torch::Tensor copy_in(const Dtype& dtype, const std::vector<int64_t>& shape, const uint8_t* data);

// The number of elements of a shape; nothing where a size is negative, the product overflows, or
// there are more than 32 dimensions.
std::optional<uint64_t> checked_elements(const std::vector<int64_t>& shape);

}  // namespace derm
