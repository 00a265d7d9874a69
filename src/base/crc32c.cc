#include "base/crc32c.h"

#include <array>

namespace derm {
namespace {

constexpr uint32_t kReflectedPolynomial = 0x82F63B78;

constexpr std::array<uint32_t, 256> crc_of_bytes() {
  std::array<uint32_t, 256> table{};
  for (uint32_t byte = 0; byte < 256; ++byte) {
    uint32_t crc = byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) * kReflectedPolynomial);
    table[byte] = crc;
  }
  return table;
}

constexpr auto kCrcOfByte = crc_of_bytes();

}  // namespace

uint32_t crc32c(ByteView bytes) {
  uint32_t crc = UINT32_MAX;
  for (size_t i = 0; i < bytes.size; ++i)
    crc = (crc >> 8) ^ kCrcOfByte[(crc ^ bytes.data[i]) & 0xFFU];
  return ~crc;
}

}  // namespace derm
