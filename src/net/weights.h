// Weight files: named tensors and metadata. safetensors is read and written; torch's .pth zip files
// are read (tensors only, nothing is ever executed).
#pragma once

#include <map>
#include <string>

#include "base/files.h"
#include "net/torch.h"

namespace derm {

using TensorMap = std::map<std::string, torch::Tensor>;
using Metadata = std::map<std::string, std::string>;

struct WeightFile {
  TensorMap tensors;
  Metadata metadata;
};

// By content: safetensors or .pth. Throws Error naming file and byte or key: truncated, overlapping
// or out-of-range offsets, unknown dtype, anything in a pickle that is not a tensor or a plain
// container of tensors.
WeightFile read_weights(const fs::path& path);
void write_safetensors(const fs::path& path, const TensorMap& tensors, const Metadata& metadata);
// The same bytes in memory.
Bytes safetensors_bytes(const TensorMap& tensors, const Metadata& metadata);
WeightFile parse_safetensors(ByteView bytes, const std::string& name);

}  // namespace derm
