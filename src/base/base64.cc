#include "base/base64.h"

namespace derm {

std::string base64(ByteView bytes) {
  constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  out.reserve((bytes.size + 2) / 3 * 4);
  for (size_t i = 0; i < bytes.size; i += 3) {
    const size_t left = bytes.size - i;
    const uint32_t three = static_cast<uint32_t>(bytes.data[i]) << 16 |
                           (left > 1 ? static_cast<uint32_t>(bytes.data[i + 1]) << 8 : 0) |
                           (left > 2 ? bytes.data[i + 2] : 0u);
    out += kDigits[three >> 18];
    out += kDigits[three >> 12 & 63];
    out += left > 1 ? kDigits[three >> 6 & 63] : '=';
    out += left > 2 ? kDigits[three & 63] : '=';
  }
  return out;
}

}  // namespace derm
