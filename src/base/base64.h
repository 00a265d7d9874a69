// Bytes as text (RFC 4648), for images inside JSON.
#pragma once

#include <string>

#include "base/files.h"

namespace derm {

std::string base64(ByteView bytes);

}  // namespace derm
