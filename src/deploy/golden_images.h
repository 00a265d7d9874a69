// The images of a bundle's golden answers: drawn by the program, so that they may travel with it.
#pragma once

#include <string>
#include <vector>

#include "base/files.h"

namespace derm {

struct EncodedImage {
  std::string file;  // "golden/melanoma.jpg"
  Bytes bytes;
};

// A JPEG of the usual 600 x 450, one on its side, a PNG with odd sides, and a dark frame.
std::vector<EncodedImage> golden_images();

}  // namespace derm
