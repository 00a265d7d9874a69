// PNG bytes to RGB through libpng: palette and grey expanded, 16 bits rounded to 8, alpha over
// white. Colour profiles and gamma are ignored, as Pillow does. Errors as decode.h says.
#pragma once

#include "image/decode.h"
#include "image/stored.h"

namespace derm {

bool is_png(ByteView bytes);
StoredImage read_png(ByteView bytes, const std::string& name, const DecodeLimits& limits);
StoredSize read_png_size(ByteView bytes, const std::string& name, const DecodeLimits& limits);

}  // namespace derm
