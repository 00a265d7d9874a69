// JPEG bytes to RGB through libjpeg-turbo, with its default (slow integer) DCT and smooth chroma
// upsampling, so that pixels equal Pillow's. Errors as decode.h says.
#pragma once

#include "image/decode.h"
#include "image/stored.h"

namespace derm {

bool is_jpeg(ByteView bytes);
StoredImage read_jpeg(ByteView bytes, const std::string& name, const DecodeLimits& limits);
StoredSize read_jpeg_size(ByteView bytes, const std::string& name, const DecodeLimits& limits);

}  // namespace derm
