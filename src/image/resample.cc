#include "image/resample.h"

#include <algorithm>
#include <cstring>

#include "base/files.h"

namespace derm {
namespace {

size_t row_bytes(int width) {
  return static_cast<size_t>(width) * 3;
}

// The column pass, done row by row as the row pass asks for it: memory holds a few rows only.
class NarrowedRows {
 public:
  NarrowedRows(const Image& image, const Taps& taps, int most_rows, const Kernels& kernels)
      : image_(image),
        taps_(taps),
        kernels_(kernels),
        stride_(row_bytes(taps.size())),
        capacity_(2 * most_rows + 2),
        rows_(static_cast<size_t>(capacity_) * stride_) {}

  // Rows begin to begin + count - 1, one after another; `begin` never falls from call to call.
  const uint8_t* rows(int begin, int count) {
    if (begin >= next_) first_ = next_ = begin;
    if (begin + count + 1 - first_ > capacity_) drop_rows_before(begin);
    while (next_ < begin + count) add_two_rows();
    return at(begin);
  }

 private:
  uint8_t* at(int y) { return rows_.data() + static_cast<size_t>(y - first_) * stride_; }

  void drop_rows_before(int begin) {
    std::memmove(rows_.data(), at(begin), static_cast<size_t>(next_ - begin) * stride_);
    first_ = begin;
  }

  void add_two_rows() {
    const int second = std::min(next_ + 1, image_.height - 1);
    kernels_.columns(padded(next_, copy_a_), padded(second, copy_b_), taps_, at(next_), at(second));
    next_ = second + 1;
  }

  // A row of the image, copied where a kernel could read beyond the end of the image.
  const uint8_t* padded(int y, Bytes& copy) const {
    const uint8_t* begin = image_.row(y);
    const uint8_t* end = begin + row_bytes(image_.width);
    const uint8_t* image_end = image_.data.data() + image_.data.size();
    if (static_cast<size_t>(image_end - end) >= kRowPadding) return begin;
    copy.assign(begin, end);
    copy.resize(copy.size() + kRowPadding);
    return copy.data();
  }

  const Image& image_;
  const Taps& taps_;
  const Kernels& kernels_;
  size_t stride_;
  int capacity_;
  Bytes rows_, copy_a_, copy_b_;
  int first_ = 0, next_ = 0;  // rows_ holds rows first_ to next_ - 1
};

}  // namespace

Image resample(const Image& image, const Taps& columns, const Taps& rows, const Kernels& kernels) {
  const int most_rows = *std::max_element(rows.count.begin(), rows.count.end());
  NarrowedRows narrowed(image, columns, most_rows, kernels);
  Image out(columns.size(), rows.size());
  for (int y = 0; y < out.height; ++y) {
    const auto i = static_cast<size_t>(y);
    kernels.rows(narrowed.rows(rows.first[i], rows.count[i]), row_bytes(out.width),
                 rows.weights_of(i), rows.count[i], out.row(y));
  }
  return out;
}

Image resample_rows(const Image& image, const Taps& rows, const Kernels& kernels) {
  Image out(image.width, rows.size());
  for (int y = 0; y < out.height; ++y) {
    const auto i = static_cast<size_t>(y);
    kernels.rows(image.row(rows.first[i]), row_bytes(out.width), rows.weights_of(i), rows.count[i],
                 out.row(y));
  }
  return out;
}

}  // namespace derm
