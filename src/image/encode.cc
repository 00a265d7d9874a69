#include "image/encode.h"

#include <csetjmp>
#include <cstdio>
#include <cstdlib>

#include <jpeglib.h>
#include <png.h>

#include "base/error.h"

namespace derm {
namespace {

void check_image(const Image& image) {
  if (image.empty()) throw Error("cannot encode an image without pixels");
}

struct JpegFailure : jpeg_error_mgr {
  std::jmp_buf jump;
  char message[JMSG_LENGTH_MAX] = {};
};

[[noreturn]] void on_jpeg_error(j_common_ptr codec) {
  auto* failure = static_cast<JpegFailure*>(codec->err);
  codec->err->format_message(codec, failure->message);
  std::longjmp(failure->jump, 1);
}

struct JpegWriter {
  jpeg_compress_struct codec{};
  JpegFailure failure{};
  unsigned char* buffer = nullptr;
  unsigned long size = 0;  // NOLINT: libjpeg's type

  JpegWriter() {
    codec.err = jpeg_std_error(&failure);
    failure.error_exit = on_jpeg_error;
  }
  ~JpegWriter() {
    jpeg_destroy_compress(&codec);
    std::free(buffer);
  }
  JpegWriter(const JpegWriter&) = delete;
  JpegWriter& operator=(const JpegWriter&) = delete;

  void write(const Image& image, int quality) {
    if (setjmp(failure.jump) != 0) throw Error("cannot encode a JPEG", "", "", failure.message);
    jpeg_create_compress(&codec);
    jpeg_mem_dest(&codec, &buffer, &size);
    codec.image_width = static_cast<JDIMENSION>(image.width);
    codec.image_height = static_cast<JDIMENSION>(image.height);
    codec.input_components = 3;
    codec.in_color_space = JCS_RGB;
    jpeg_set_defaults(&codec);
    jpeg_set_quality(&codec, quality, TRUE);
    jpeg_start_compress(&codec, TRUE);
    while (codec.next_scanline < codec.image_height) {
      auto* row = const_cast<uint8_t*>(image.row(static_cast<int>(codec.next_scanline)));
      jpeg_write_scanlines(&codec, &row, 1);
    }
    jpeg_finish_compress(&codec);
  }
};

}  // namespace

Bytes encode_jpeg(const Image& image, int quality) {
  check_image(image);
  if (quality < 1 || quality > 100)
    throw Error("JPEG quality out of range", "", "1 to 100", std::to_string(quality));
  JpegWriter writer;
  writer.write(image, quality);
  return {writer.buffer, writer.buffer + writer.size};
}

Bytes encode_png(const Image& image) {
  check_image(image);
  png_image header{};
  header.version = PNG_IMAGE_VERSION;
  header.width = static_cast<png_uint_32>(image.width);
  header.height = static_cast<png_uint_32>(image.height);
  header.format = PNG_FORMAT_RGB;
  Bytes out(PNG_IMAGE_PNG_SIZE_MAX(header));
  size_t size = out.size();
  if (png_image_write_to_memory(&header, out.data(), &size, 0, image.data.data(), 0, nullptr) == 0)
    throw Error("cannot encode a PNG", "", "", header.message);
  out.resize(size);
  return out;
}

}  // namespace derm
