// The orientation tag of an EXIF block, and turning an image upright. Reads nothing else of EXIF.
#pragma once

#include "base/files.h"
#include "image/image.h"

namespace derm {

// The orientation, 1-8, in a TIFF structure (EXIF without its "Exif\0\0" prefix). 1 where the tag
// is absent or the block is malformed: a broken EXIF block does not make the pixels wrong.
int exif_orientation(ByteView tiff);

// Whether this orientation exchanges width and height.
inline bool swaps_sides(int orientation) {
  return orientation >= 5;
}

// The upright image; orientation 1 returns the same pixels.
Image upright(Image image, int orientation);

}  // namespace derm
