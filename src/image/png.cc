#include "image/png.h"

#include <csetjmp>
#include <cstdio>
#include <cstring>

#include <png.h>

#include "image/exif.h"
#include "image/limits.h"

namespace derm {
namespace {

constexpr uint8_t kSignature[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
constexpr size_t kChunkFrame = 12;       // length, type, CRC
constexpr uint64_t kMostDeflate = 1032;  // deflate never shrinks by more

struct Source {
  ByteView bytes;
  size_t position = 0;
  bool truncated = false;
  char message[200] = {};
};

[[noreturn]] void on_error(png_structp png, png_const_charp message) {
  auto* source = static_cast<Source*>(png_get_error_ptr(png));
  std::snprintf(source->message, sizeof source->message, "%s", message);
  png_longjmp(png, 1);
}

void on_warning(png_structp, png_const_charp) {}  // odd colour profiles and the like

void read_bytes(png_structp png, png_bytep out, size_t count) {
  auto* source = static_cast<Source*>(png_get_io_ptr(png));
  if (count > source->bytes.size - source->position) {
    source->truncated = true;
    png_error(png, "end of file");
  }
  std::memcpy(out, source->bytes.data + source->position, count);
  source->position += count;
}

uint32_t big_endian_32(const uint8_t* p) {
  return uint32_t{p[0]} << 24 | uint32_t{p[1]} << 16 | uint32_t{p[2]} << 8 | uint32_t{p[3]};
}

// The orientation of the eXIf chunk, which may stand before or after the pixels.
int find_orientation(ByteView bytes) {
  size_t at = sizeof kSignature;
  while (bytes.size >= kChunkFrame && at <= bytes.size - kChunkFrame) {
    const size_t length = big_endian_32(bytes.data + at);
    if (length > bytes.size - kChunkFrame - at) return 1;
    if (std::memcmp(bytes.data + at + 4, "eXIf", 4) == 0)
      return exif_orientation({bytes.data + at + 8, length});
    at += kChunkFrame + length;
  }
  return 1;
}

void row_over_white(const uint8_t* rgba, uint8_t* rgb, int width) {
  for (int x = 0; x < width; ++x, rgba += 4, rgb += 3) {
    const int alpha = rgba[3], white = 255 * (255 - alpha) + 127;
    for (int c = 0; c < 3; ++c) rgb[c] = static_cast<uint8_t>((rgba[c] * alpha + white) / 255);
  }
}

class PngReader {
 public:
  PngReader(ByteView bytes, const std::string& name) : name_(name) {
    source_.bytes = bytes;
    png_ = png_create_read_struct(PNG_LIBPNG_VER_STRING, &source_, on_error, on_warning);
    info_ = png_ != nullptr ? png_create_info_struct(png_) : nullptr;
    if (info_ == nullptr) {
      png_destroy_read_struct(&png_, nullptr, nullptr);
      throw Error("libpng cannot start", name_);
    }
  }
  ~PngReader() { png_destroy_read_struct(&png_, &info_, nullptr); }
  PngReader(const PngReader&) = delete;
  PngReader& operator=(const PngReader&) = delete;

  StoredSize read_header(const DecodeLimits& limits) {
    guarded([&] {
      png_set_read_fn(png_, &source_, read_bytes);
      png_set_crc_action(png_, PNG_CRC_ERROR_QUIT, PNG_CRC_ERROR_QUIT);
      png_read_info(png_, info_);
    });
    const uint64_t width = png_get_image_width(png_, info_);
    const uint64_t height = png_get_image_height(png_, info_);
    check_pixels(width, height, limits, place(name_, source_.position));
    return {static_cast<int>(width), static_cast<int>(height), find_orientation(source_.bytes)};
  }

  Image read_pixels(const StoredSize& size) {
    check_enough_bytes();
    guarded([&] { expand_to_8_bits(); });
    Image image(size.width, size.height);
    const bool alpha = png_get_channels(png_, info_) == 4;
    Bytes rgba(alpha ? image.data.size() / 3 * 4 : 0);
    const size_t stride = static_cast<size_t>(size.width) * (alpha ? 4 : 3);
    uint8_t* first = alpha ? rgba.data() : image.data.data();
    std::vector<png_bytep> rows(static_cast<size_t>(size.height));
    for (size_t y = 0; y < rows.size(); ++y) rows[y] = first + y * stride;
    guarded([&] {
      png_read_image(png_, rows.data());
      png_read_end(png_, nullptr);
    });
    for (int y = 0; alpha && y < size.height; ++y)
      row_over_white(rows[static_cast<size_t>(y)], image.row(y), size.width);
    return image;
  }

 private:
  // Runs `body`, which holds no objects with destructors, and turns libpng's jump into an Error.
  template <class Body>
  void guarded(const Body& body) {
    if (setjmp(png_jmpbuf(png_)) != 0) throw_failure();
    body();
  }

  [[noreturn]] void throw_failure() const {
    if (source_.truncated)
      throw Error("truncated PNG", place(name_, source_.bytes.size), "more bytes",
                  "the end of the file");
    throw Error("corrupt PNG", place(name_, source_.position), "", source_.message);
  }

  // A header that claims more than the file can hold is refused before memory is taken.
  void check_enough_bytes() const {
    const uint64_t raw =
        uint64_t{png_get_rowbytes(png_, info_)} * png_get_image_height(png_, info_);
    if (raw / kMostDeflate > source_.bytes.size)
      throw Error("truncated PNG", place(name_, source_.bytes.size),
                  fmt::format("at least {} bytes for {} bytes of pixels", raw / kMostDeflate, raw),
                  fmt::format("{} bytes", source_.bytes.size));
  }

  void expand_to_8_bits() {
    png_set_expand(png_);
    png_set_scale_16(png_);
    png_set_gray_to_rgb(png_);
    png_set_interlace_handling(png_);
    png_read_update_info(png_, info_);
  }

  const std::string& name_;
  Source source_;
  png_structp png_ = nullptr;
  png_infop info_ = nullptr;
};

}  // namespace

bool is_png(ByteView bytes) {
  return bytes.size >= sizeof kSignature &&
         std::memcmp(bytes.data, kSignature, sizeof kSignature) == 0;
}

StoredImage read_png(ByteView bytes, const std::string& name, const DecodeLimits& limits) {
  PngReader reader(bytes, name);
  const StoredSize size = reader.read_header(limits);
  return {reader.read_pixels(size), size.orientation};
}

StoredSize read_png_size(ByteView bytes, const std::string& name, const DecodeLimits& limits) {
  return PngReader(bytes, name).read_header(limits);
}

}  // namespace derm
