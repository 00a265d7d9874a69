#include "net/weights.h"

#include <algorithm>

#include "base/error.h"
#include "net/pth.h"

namespace derm {
namespace {

bool begins_with(ByteView bytes, std::initializer_list<uint8_t> magic) {
  return bytes.size >= magic.size() && std::equal(magic.begin(), magic.end(), bytes.data);
}

}  // namespace

WeightFile read_weights(const fs::path& path) {
  const MappedFile file(path);
  const ByteView bytes = file.bytes();
  if (begins_with(bytes, {'P', 'K', 3, 4})) return parse_pth(bytes, path.string());
  if (begins_with(bytes, {0x80, 2, 0x8a, 10}))
    throw Error("a .pth file of the format before torch 1.6", path.string(),
                "a zip file: load it in Python and torch.save it again, or write safetensors");
  return parse_safetensors(bytes, path.string());
}

}  // namespace derm
