#include "image/resample.h"

#include "base/files.h"

namespace derm {
namespace {

// Rows of an image, copied where a kernel could read beyond the end of the image.
class PaddedRows {
 public:
  explicit PaddedRows(const Image& image) : image_(image) {}

  const uint8_t* row(int y, Bytes& copy) const {
    const uint8_t* begin = image_.row(y);
    const uint8_t* end = begin + static_cast<size_t>(image_.width) * 3;
    const uint8_t* image_end = image_.data.data() + image_.data.size();
    if (static_cast<size_t>(image_end - end) >= kRowPadding) return begin;
    copy.assign(begin, end);
    copy.resize(copy.size() + kRowPadding);
    return copy.data();
  }

 private:
  const Image& image_;
};

}  // namespace

Image resample_columns(const Image& image, const Taps& taps, const Kernels& kernels) {
  Image out(taps.size(), image.height);
  const PaddedRows rows(image);
  Bytes copy_a, copy_b;
  for (int y = 0; y < image.height; y += 2) {
    const int second = y + 1 < image.height ? y + 1 : y;
    kernels.columns(rows.row(y, copy_a), rows.row(second, copy_b), taps, out.row(y),
                    out.row(second));
  }
  return out;
}

Image resample_rows(const Image& image, const Taps& taps, const Kernels& kernels) {
  Image out(image.width, taps.size());
  const size_t stride = static_cast<size_t>(image.width) * 3;
  for (int y = 0; y < out.height; ++y) {
    const auto at = static_cast<size_t>(y);
    kernels.rows(image.row(taps.first[at]), stride, taps.weights_of(at), taps.count[at],
                 out.row(y));
  }
  return out;
}

}  // namespace derm
