#include "image/jpeg.h"

#include <csetjmp>
#include <cstdio>
#include <cstring>

#include <jpeglib.h>

#include "image/exif.h"
#include "image/limits.h"

namespace derm {
namespace {

constexpr int kExifMarker = JPEG_APP0 + 1;
constexpr int kMostScans = 500;  // progressive files have about ten; more only burn time
constexpr char kExifPrefix[] = {'E', 'x', 'i', 'f', '\0', '\0'};

struct Failure : jpeg_error_mgr {
  std::jmp_buf jump;
  bool truncated = false;
  char message[JMSG_LENGTH_MAX] = {};
};

[[noreturn]] void fail(j_common_ptr codec) {
  auto* failure = static_cast<Failure*>(codec->err);
  codec->err->format_message(codec, failure->message);
  std::longjmp(failure->jump, 1);
}

void on_message(j_common_ptr codec, int level) {
  if (level < 0) fail(codec);  // a warning: libjpeg would go on with invented pixels
}

boolean on_end_of_data(j_decompress_ptr codec) {
  auto* failure = static_cast<Failure*>(codec->err);
  failure->truncated = true;
  std::longjmp(failure->jump, 1);
}

void skip_bytes(j_decompress_ptr codec, long count) {
  if (count <= 0) return;
  auto* source = codec->src;
  if (static_cast<size_t>(count) > source->bytes_in_buffer) {
    source->next_input_byte += source->bytes_in_buffer;
    source->bytes_in_buffer = 0;
    on_end_of_data(codec);
  }
  source->next_input_byte += count;
  source->bytes_in_buffer -= static_cast<size_t>(count);
}

void on_progress(j_common_ptr codec) {
  const auto* decoder = reinterpret_cast<j_decompress_ptr>(codec);
  if (decoder->input_scan_number <= kMostScans) return;
  auto* failure = static_cast<Failure*>(codec->err);
  std::snprintf(failure->message, sizeof failure->message, "more than %d scans", kMostScans);
  std::longjmp(failure->jump, 1);
}

// As Pillow reads Adobe's inverted inks: each channel is paper white times what the ink lets pass.
void cmyk_row_to_rgb(const uint8_t* cmyk, uint8_t* rgb, int width) {
  for (int x = 0; x < width; ++x, cmyk += 4, rgb += 3) {
    const int key = cmyk[3];
    for (int c = 0; c < 3; ++c) {
      const int scaled = (255 - cmyk[c]) * key + 128;
      rgb[c] = static_cast<uint8_t>(key - (((scaled >> 8) + scaled) >> 8));
    }
  }
}

class JpegReader {
 public:
  JpegReader(ByteView bytes, const std::string& name) : bytes_(bytes), name_(name) {
    codec_.err = jpeg_std_error(&failure_);
    failure_.error_exit = fail;
    failure_.emit_message = on_message;
    progress_.progress_monitor = on_progress;
    guarded([&] {
      jpeg_create_decompress(&codec_);
      set_source();
      codec_.progress = &progress_;
    });
  }
  ~JpegReader() { jpeg_destroy_decompress(&codec_); }
  JpegReader(const JpegReader&) = delete;
  JpegReader& operator=(const JpegReader&) = delete;

  StoredSize read_header(const DecodeLimits& limits) {
    guarded([&] {
      jpeg_save_markers(&codec_, kExifMarker, 0xFFFF);
      jpeg_read_header(&codec_, TRUE);
    });
    check_pixels(codec_.image_width, codec_.image_height, limits, place(name_, offset()));
    return {static_cast<int>(codec_.image_width), static_cast<int>(codec_.image_height),
            orientation()};
  }

  Image read_pixels() {
    choose_colours();
    Image image(static_cast<int>(codec_.image_width), static_cast<int>(codec_.image_height));
    if (codec_.out_color_space == JCS_CMYK) {
      Bytes row(size_t{4} * codec_.image_width);
      guarded([&] { read_cmyk(image, row.data()); });
    } else {
      guarded([&] { read_rgb(image); });
    }
    return image;
  }

 private:
  // Runs `body`, which holds no objects with destructors, and turns libjpeg's jump into an Error.
  template <class Body>
  void guarded(const Body& body) {
    if (setjmp(failure_.jump) != 0) throw_failure();
    body();
  }

  [[noreturn]] void throw_failure() const {
    if (failure_.truncated)
      throw Error("truncated JPEG", place(name_, bytes_.size), "more bytes", "the end of the file");
    throw Error("corrupt JPEG", place(name_, offset()), "", failure_.message);
  }

  size_t offset() const { return bytes_.size - source_.bytes_in_buffer; }

  void set_source() {
    source_.next_input_byte = bytes_.data;
    source_.bytes_in_buffer = bytes_.size;
    source_.init_source = [](j_decompress_ptr) {};
    source_.fill_input_buffer = on_end_of_data;
    source_.skip_input_data = skip_bytes;
    source_.resync_to_restart = jpeg_resync_to_restart;
    source_.term_source = [](j_decompress_ptr) {};
    codec_.src = &source_;
  }

  int orientation() const {
    for (auto* marker = codec_.marker_list; marker != nullptr; marker = marker->next) {
      const bool exif = marker->marker == kExifMarker && marker->data_length > sizeof kExifPrefix &&
                        std::memcmp(marker->data, kExifPrefix, sizeof kExifPrefix) == 0;
      if (exif)
        return exif_orientation(
            {marker->data + sizeof kExifPrefix, marker->data_length - sizeof kExifPrefix});
    }
    return 1;
  }

  void choose_colours() {
    switch (codec_.jpeg_color_space) {
      case JCS_GRAYSCALE:
      case JCS_YCbCr:
      case JCS_RGB:
        codec_.out_color_space = JCS_RGB;
        return;
      case JCS_CMYK:
      case JCS_YCCK:
        codec_.out_color_space = JCS_CMYK;
        return;
      default:
        throw Error("unsupported JPEG colours", place(name_, offset()),
                    "grey, YCbCr, RGB, CMYK or YCCK",
                    fmt::format("{} components", codec_.num_components));
    }
  }

  void read_rgb(Image& image) {
    jpeg_start_decompress(&codec_);
    while (codec_.output_scanline < codec_.output_height) {
      uint8_t* row = image.row(static_cast<int>(codec_.output_scanline));
      jpeg_read_scanlines(&codec_, &row, 1);
    }
    jpeg_finish_decompress(&codec_);
  }

  void read_cmyk(Image& image, uint8_t* row) {
    jpeg_start_decompress(&codec_);
    while (codec_.output_scanline < codec_.output_height) {
      uint8_t* rgb = image.row(static_cast<int>(codec_.output_scanline));
      jpeg_read_scanlines(&codec_, &row, 1);
      cmyk_row_to_rgb(row, rgb, image.width);
    }
    jpeg_finish_decompress(&codec_);
  }

  ByteView bytes_;
  const std::string& name_;
  jpeg_decompress_struct codec_{};
  Failure failure_{};
  jpeg_source_mgr source_{};
  jpeg_progress_mgr progress_{};
};

}  // namespace

bool is_jpeg(ByteView bytes) {
  return bytes.size >= 3 && bytes.data[0] == 0xFF && bytes.data[1] == 0xD8 && bytes.data[2] == 0xFF;
}

StoredImage read_jpeg(ByteView bytes, const std::string& name, const DecodeLimits& limits) {
  JpegReader reader(bytes, name);
  const int orientation = reader.read_header(limits).orientation;
  return {reader.read_pixels(), orientation};
}

StoredSize read_jpeg_size(ByteView bytes, const std::string& name, const DecodeLimits& limits) {
  return JpegReader(bytes, name).read_header(limits);
}

}  // namespace derm
