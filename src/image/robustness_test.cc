// Untrusted bytes: every truncation and thousands of random changes end in pixels or in an Error.
#include <gtest/gtest.h>

#include "base/rng.h"
#include "support/image_cases.h"

namespace derm {
namespace {

constexpr DecodeLimits kSmall{1 << 20, 1 << 16};

// Whether the bytes decode; anything but an image or an Error fails the test.
bool decodes(const Bytes& bytes) {
  try {
    const Image image = decode(bytes, "changed", kSmall);
    EXPECT_EQ(image.data.size(),
              static_cast<size_t>(image.width) * static_cast<size_t>(image.height) * 3);
    return true;
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("changed"), std::string::npos) << error.what();
    return false;
  }
}

void expect_truncations_refused(const std::string& golden_name) {
  for (const auto& item : testing::golden(golden_name)) {
    if (item.at("name") == "trailing bytes") continue;
    SCOPED_TRACE(item.at("name").get<std::string>());
    const Bytes whole = testing::from_hex(item.at("file"));
    // Each length gets memory of its own, so that a sanitizer sees a read beyond it.
    for (size_t size = 0; size < whole.size(); ++size)
      EXPECT_FALSE(decodes(Bytes(whole.begin(), whole.begin() + static_cast<ptrdiff_t>(size))))
          << size << " of " << whole.size() << " bytes";
    EXPECT_TRUE(decodes(whole));
  }
}

Bytes with_flipped_bits(Bytes bytes, uint64_t number) {
  Rng rng({20260, Purpose::kTest, 0, number, 0});
  for (int64_t flips = rng.between(1, 8); flips > 0; --flips)
    bytes[rng.below(bytes.size())] ^= static_cast<uint8_t>(1U << rng.below(8));
  return bytes;
}

uint32_t number_at(const Bytes& bytes, size_t at) {
  return uint32_t{bytes[at]} << 24 | uint32_t{bytes[at + 1]} << 16 | uint32_t{bytes[at + 2]} << 8 |
         uint32_t{bytes[at + 3]};
}

// CRC-32 as PNG defines it, bit by bit.
uint32_t png_checksum(const uint8_t* data, size_t size) {
  uint32_t sum = ~0U;
  for (size_t i = 0; i < size; ++i) {
    sum ^= data[i];
    for (int bit = 0; bit < 8; ++bit) sum = sum >> 1 ^ (0xEDB88320U & (0U - (sum & 1U)));
  }
  return ~sum;
}

// Makes the checksums of a PNG right again, so that its changes reach the code behind them.
Bytes with_right_checksums(Bytes png) {
  for (size_t at = 8; at + 12 <= png.size();) {
    const size_t length = number_at(png, at);
    if (length > png.size() - at - 12) break;
    const uint32_t sum = png_checksum(&png[at + 4], length + 4);
    for (size_t i = 0; i < 4; ++i)
      png[at + 8 + length + i] = static_cast<uint8_t>(sum >> (24 - 8 * i));
    at += 12 + length;
  }
  return png;
}

template <class Repair>
void survive_changes(const std::string& golden_name, uint64_t changes_per_case, Repair repair) {
  uint64_t number = 0;
  for (const auto& item : testing::golden(golden_name)) {
    const Bytes whole = testing::from_hex(item.at("file"));
    for (uint64_t i = 0; i < changes_per_case; ++i)
      decodes(repair(with_flipped_bits(whole, number++)));
  }
}

Bytes unrepaired(Bytes bytes) {
  return bytes;
}

// The bytes of a PNG up to its pixels, with another size and a right checksum.
Bytes png_header(uint32_t width, uint32_t height, const std::string& checksum) {
  return testing::from_hex(fmt::format("89504e470d0a1a0a0000000d49484452{:08x}{:08x}0802000000{}",
                                       width, height, checksum) +
                           "0000000049444154"
                           "35af061e");
}

TEST(Robustness, EveryTruncatedJpegIsAnError) {
  expect_truncations_refused("image_jpeg");
}
TEST(Robustness, EveryTruncatedPngIsAnError) {
  expect_truncations_refused("image_png");
}
TEST(Robustness, ChangedJpegsNeverCrash) {
  survive_changes("image_jpeg", 100, unrepaired);
}
TEST(Robustness, ChangedPngsNeverCrash) {
  survive_changes("image_png", 30, unrepaired);
}

TEST(Robustness, RepairLeavesAnUndamagedPngAsItIs) {
  const Bytes png = testing::golden_file("image_png", "RGBA 8 bit");
  EXPECT_EQ(with_right_checksums(png), png);
}

TEST(Robustness, ChangedPngsWithRightChecksumsNeverCrash) {
  survive_changes("image_png", 100, with_right_checksums);
}

TEST(Robustness, RandomBytesBehindASignatureAreErrors) {
  for (uint64_t i = 0; i < 500; ++i) {
    Rng rng({7, Purpose::kTest, 0, i, 0});
    Bytes bytes = i % 2 == 0 ? testing::from_hex("ffd8ff") : testing::from_hex("89504e470d0a1a0a");
    for (int n = 0; n < 300; ++n) bytes.push_back(static_cast<uint8_t>(rng.next()));
    EXPECT_FALSE(decodes(bytes));
  }
}

TEST(Robustness, PngThatClaimsTooManyPixelsIsRefusedFromItsHeader) {
  try {
    decode(png_header(50000, 50000, "c4cdaa9d"), "bomb.png");
    FAIL() << "decoded";
  } catch (const Error& error) {
    EXPECT_EQ(error.problem(), "image size over the limit");
    EXPECT_EQ(error.got(), "50000 x 50000");
  }
}

TEST(Robustness, PngThatItsFileCannotHoldIsRefusedBeforeMemoryIsTaken) {
  try {
    decode(png_header(9000, 9000, "e2b7e5ed"), "bomb.png");
    FAIL() << "decoded";
  } catch (const Error& error) {
    EXPECT_NE(error.expected().find("for 243000000 bytes of pixels"), std::string::npos)
        << error.what();
  }
}

TEST(Robustness, JpegThatClaimsTooManyPixelsIsRefusedFromItsHeader) {
  Bytes jpeg = testing::golden_file("image_jpeg", "baseline 4:2:0");
  for (size_t i = 0; i + 9 < jpeg.size(); ++i)
    if (jpeg[i] == 0xFF && jpeg[i + 1] == 0xC0)
      for (size_t byte = 5; byte < 9; ++byte) jpeg[i + byte] = 0xF0;
  try {
    decode(jpeg, "bomb.jpg");
    FAIL() << "decoded";
  } catch (const Error& error) {
    EXPECT_EQ(error.got(), "61680 x 61680");
  }
}

}  // namespace
}  // namespace derm
