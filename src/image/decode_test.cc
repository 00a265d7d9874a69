// Decoding equals Pillow (JPEG) and numpy (PNG) on every format; limits; real images.
#include "image/decode.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "image/exif.h"
#include "support/image_cases.h"

namespace derm {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

std::string message_of(const Bytes& bytes, const DecodeLimits& limits = {}) {
  try {
    decode(bytes, "some.file", limits);
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

void expect_golden(const std::string& name, int tolerance) {
  const Json cases = testing::golden(name);
  ASSERT_GE(cases.size(), 25U);
  for (const auto& item : cases) {
    SCOPED_TRACE(item.at("name").get<std::string>());
    const Bytes file = testing::from_hex(item.at("file"));
    const Image expected = testing::image_of(item);
    EXPECT_LE(testing::largest_difference(decode(file, "golden"), expected), tolerance);
    const ImageSize size = decode_size(file, "golden");
    EXPECT_EQ(size.width, expected.width);
    EXPECT_EQ(size.height, expected.height);
  }
}

TEST(Decode, JpegEqualsPillowWithinOneLevel) {
  expect_golden("image_jpeg", 1);
}
TEST(Decode, PngEqualsItsSamplesExactly) {
  expect_golden("image_png", 0);
}

TEST(Decode, RefusesOtherFilesByNameAndByte) {
  EXPECT_THAT(message_of({}), AllOf(HasSubstr("some.file, byte 0"), HasSubstr("an empty file")));
  EXPECT_THAT(message_of({'G', 'I', 'F', '8', '9', 'a'}), HasSubstr("not an image file"));
}

TEST(Decode, HoldsTheLimitsOnBytesAndPixels) {
  const Bytes jpeg = testing::golden_file("image_jpeg", "baseline 4:2:0");
  const Bytes png = testing::golden_file("image_png", "RGB 8 bit");
  DecodeLimits few_bytes, few_pixels;
  few_bytes.max_file_bytes = png.size() - 1;
  few_pixels.max_pixels = 19 * 13 - 1;
  EXPECT_THAT(message_of(png, few_bytes), HasSubstr("file over the size limit"));
  EXPECT_THAT(message_of(png, few_pixels), AllOf(HasSubstr("19 x 13"), HasSubstr("246 pixels")));
  EXPECT_THAT(message_of(jpeg, few_pixels), HasSubstr("27 x 21"));
  EXPECT_THROW(decode_size(jpeg, "jpeg", few_pixels), Error);
  few_pixels.max_pixels = 19 * 13;
  EXPECT_NO_THROW(decode(png, "png", few_pixels));
}

TEST(Decode, NamesTheByteWhereATruncatedFileEnds) {
  Bytes jpeg = testing::golden_file("image_jpeg", "baseline 4:4:4");
  jpeg.resize(jpeg.size() / 2);
  EXPECT_THAT(message_of(jpeg), AllOf(HasSubstr("truncated JPEG"),
                                      HasSubstr(fmt::format("some.file, byte {}", jpeg.size()))));
  Bytes png = testing::golden_file("image_png", "RGB 8 bit");
  png.resize(png.size() / 2);
  EXPECT_THAT(message_of(png), AllOf(HasSubstr("truncated PNG"),
                                     HasSubstr(fmt::format("some.file, byte {}", png.size()))));
}

TEST(Decode, CallsDamagedPixelsCorrupt) {
  Bytes png = testing::golden_file("image_png", "RGB 8 bit");
  png[png.size() - 40] ^= 0x55;
  EXPECT_THAT(message_of(png), AllOf(HasSubstr("corrupt PNG"), HasSubstr("some.file, byte")));
  Bytes jpeg = testing::golden_file("image_jpeg", "baseline 4:4:4");
  jpeg[jpeg.size() - 200] = 0xFF;  // a marker in the middle of the scan
  jpeg[jpeg.size() - 199] = 0xD9;
  EXPECT_THAT(message_of(jpeg), AllOf(HasSubstr("corrupt JPEG"), HasSubstr("some.file, byte")));
}

TEST(Decode, FileReadsWhatDecodeReads) {
  const fs::path path = fs::path(::testing::TempDir()) / "derm_decode_test.png";
  const Bytes png = testing::golden_file("image_png", "RGBA 8 bit");
  write_file_atomic(path, png);
  EXPECT_EQ(decode_file(path).data, decode(png, "png").data);
  fs::remove(path);
}

TEST(Decode, ReadsRealDermoscopicImages) {
  DERM_SKIP_WITHOUT_REAL_DATA();
  const auto files = list_files(testing::real_data() / "HAM10000" / "HAM10000_images");
  ASSERT_FALSE(files.empty());
  for (size_t i = 0; i < files.size(); i += files.size() / 50 + 1) {
    SCOPED_TRACE(files[i].string());
    const Image image = decode_file(files[i]);
    const ImageSize size = decode_size(read_file(files[i]), "real");
    EXPECT_EQ(image.width, size.width);
    EXPECT_EQ(image.height, size.height);
    EXPECT_GE(image.width, 100);
  }
}

TEST(Exif, ReadsNothingBeyondItsBlock) {
  const Bytes block = testing::from_hex(
      "4d4d002a00000008"                // big-endian TIFF, first directory at 8
      "0001011200030000000100060000");  // one entry: orientation, short, 6
  EXPECT_EQ(exif_orientation(block), 6);
  for (size_t size = 0; size < 20; ++size) EXPECT_EQ(exif_orientation({block.data(), size}), 1);
  Bytes far = block;
  far[4] = far[5] = far[6] = far[7] = 0xFF;
  EXPECT_EQ(exif_orientation(far), 1);
}

TEST(Exif, UprightTurnsAreInverseOfOneAnother) {
  const Image image = testing::formula_picture(5, 3);
  for (const int own_inverse : {1, 2, 3, 4, 5, 7})
    EXPECT_EQ(upright(upright(image, own_inverse), own_inverse).data, image.data) << own_inverse;
  EXPECT_EQ(upright(upright(image, 6), 8).data, image.data);
  EXPECT_EQ(upright(upright(image, 6), 6).data, upright(image, 3).data);
}

}  // namespace
}  // namespace derm
