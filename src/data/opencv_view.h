// An OpenCV header over an image's pixels: [height, width] of three bytes, red first; nothing is
// copied. OpenCV has no read-only headers: whoever asks for the view of a const image only reads.
#pragma once

#include <opencv2/core/mat.hpp>

#include "image/image.h"

namespace derm {

inline cv::Mat opencv_view(const Image& image) {
  return {image.height, image.width, CV_8UC3, const_cast<uint8_t*>(image.data.data())};
}

}  // namespace derm
