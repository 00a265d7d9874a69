// Writes 8-bit RGB as JPEG or PNG bytes; the same image and quality give the same bytes.
#pragma once

#include "base/files.h"
#include "image/image.h"

namespace derm {

Bytes encode_jpeg(const Image& image, int quality);  // quality 1-100, 4:2:0 chroma
Bytes encode_png(const Image& image);

}  // namespace derm
