// CRC-32C (Castagnoli), the checksum of iSCSI and of TFRecord: RFC 3720, section 12.1.
#pragma once

#include <cstdint>

#include "base/files.h"

namespace derm {

uint32_t crc32c(ByteView bytes);

}  // namespace derm
