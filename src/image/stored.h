// What a file format's reader hands over: pixels as stored, and the EXIF orientation not yet
// applied.
#pragma once

#include "image/image.h"

namespace derm {

struct StoredImage {
  Image image;
  int orientation = 1;
};

struct StoredSize {
  int width = 0, height = 0, orientation = 1;
};

}  // namespace derm
