#include "net/dtype.h"

#include <cstring>

#include "base/strings.h"

namespace derm {
namespace {

constexpr size_t kMaxDimensions = 32;

template <class Match>
const Dtype* find_dtype(const Match& match) {
  for (const Dtype& dtype : dtypes())
    if (match(dtype)) return &dtype;
  return nullptr;
}

}  // namespace

const std::vector<Dtype>& dtypes() {
  static const std::vector<Dtype> table = {
      {"F64", "DoubleStorage", torch::kFloat64, 8},
      {"F32", "FloatStorage", torch::kFloat32, 4},
      {"F16", "HalfStorage", torch::kFloat16, 2},
      {"BF16", "BFloat16Storage", torch::kBFloat16, 2},
      {"I64", "LongStorage", torch::kInt64, 8},
      {"I32", "IntStorage", torch::kInt32, 4},
      {"I16", "ShortStorage", torch::kInt16, 2},
      {"I8", "CharStorage", torch::kInt8, 1},
      {"U8", "ByteStorage", torch::kUInt8, 1},
      {"BOOL", "BoolStorage", torch::kBool, 1},
  };
  return table;
}

std::string dtype_names() {
  std::vector<std::string> names;
  for (const Dtype& dtype : dtypes()) names.emplace_back(dtype.safetensors);
  return join(names, ", ");
}

const Dtype* dtype_by_name(std::string_view safetensors) {
  return find_dtype([&](const Dtype& dtype) { return dtype.safetensors == safetensors; });
}

const Dtype* dtype_by_storage(std::string_view storage) {
  return find_dtype([&](const Dtype& dtype) { return dtype.storage == storage; });
}

const Dtype* dtype_of(torch::ScalarType type) {
  return find_dtype([&](const Dtype& dtype) { return dtype.type == type; });
}

torch::Tensor copy_in(const Dtype& dtype, const std::vector<int64_t>& shape, const uint8_t* data) {
  const bool truth = dtype.type == torch::kBool;
  torch::Tensor tensor = torch::empty(shape, truth ? torch::kUInt8 : dtype.type);
  if (tensor.nbytes() > 0) std::memcpy(tensor.data_ptr(), data, tensor.nbytes());
  return truth ? tensor.ne(0) : tensor;
}

std::optional<uint64_t> checked_elements(const std::vector<int64_t>& shape) {
  constexpr uint64_t kMaxElements = uint64_t{1} << 48;
  if (shape.size() > kMaxDimensions) return std::nullopt;
  uint64_t count = 1;
  bool empty = false;
  for (const int64_t size : shape) {
    if (size < 0) return std::nullopt;
    const auto factor = static_cast<uint64_t>(size);
    empty = empty || factor == 0;
    if (factor != 0 && count > kMaxElements / factor) return std::nullopt;
    if (factor != 0) count *= factor;
  }
  return empty ? 0 : count;
}

}  // namespace derm
