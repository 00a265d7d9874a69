// Every torch-free reader of untrusted bytes takes thousands of damaged inputs: derm::Error or a
// result, never another exception and never a crash (the sanitizer build runs this too).
#include <gtest/gtest.h>

#include "base/csv.h"
#include "base/error.h"
#include "base/tree.h"
#include "eval/predictions.h"
#include "image/decode.h"
#include "image/encode.h"
#include "support/mutate.h"

namespace derm::property {
namespace {

constexpr int kTimes = 3000;

std::string_view text_of(const Bytes& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

Bytes bytes_of(std::string_view text) {
  return Bytes(text.begin(), text.end());
}

Image gradient(int width, int height) {
  Image image(width, height);
  for (int y = 0; y < height; ++y)
    for (int i = 0; i < width * 3; ++i) image.row(y)[i] = static_cast<uint8_t>(i * 5 + y * 11);
  return image;
}

TEST(DamagedBytes, OfAJpegAreRefusedOrDecoded) {
  const auto refused = survive(encode_jpeg(gradient(37, 29), 90), kTimes, [](const Bytes& bytes) {
    const auto image = decode(bytes, "damaged.jpg");
    EXPECT_EQ(image.data.size(), size_t{3} * static_cast<size_t>(image.width * image.height));
  });
  EXPECT_GT(refused, kTimes / 4);
}

TEST(DamagedBytes, OfAPngAreRefused) {
  const auto refused = survive(encode_png(gradient(37, 29)), kTimes,
                               [](const Bytes& bytes) { decode(bytes, "damaged.png"); });
  EXPECT_GT(refused, kTimes * 3 / 4);
}

TEST(DamagedBytes, OfAnImageHeaderAreRefusedOrRead) {
  const auto jpeg = encode_jpeg(gradient(37, 29), 90);
  const Bytes header(jpeg.begin(), jpeg.begin() + 200);
  EXPECT_GT(survive(header, kTimes, [](const Bytes& b) { decode_size(b, "damaged.jpg"); }), 0);
}

TEST(DamagedBytes, OfATableAreRefusedOrParsed) {
  const auto good = bytes_of("image,\"a \"\"b\"\"\",c\r\nx,1,2\r\n\"y,z\",3,4\r\n");
  EXPECT_GT(survive(good, kTimes, [](const Bytes& b) { parse_csv(text_of(b), "t.csv"); }), 0);
}

TEST(DamagedBytes, OfJsonAreRefusedOrParsed) {
  const auto good = bytes_of(R"({"a": [1, 2.5e3, {"b": "\u00e9"}], "c": null, "d": [true]})");
  EXPECT_GT(survive(good, kTimes, [](const Bytes& b) { parse_json(text_of(b), "t.json"); }), 0);
}

TEST(DamagedBytes, OfYamlAreRefusedOrParsed) {
  const auto good =
      bytes_of("a: [1, 2]\nb: {c: x, d: 'y'}\ne:\n  - &f {g: 1}\n  - *f\nh: |\n  z\n");
  EXPECT_GT(survive(good, kTimes, [](const Bytes& b) { parse_yaml(std::string(text_of(b)), "t"); }),
            0);
}

TEST(DamagedBytes, OfPredictionsAreRefusedOrParsed) {
  const auto good =
      bytes_of("image,MEL,NV,label,split,lesion_id\na,0.25,0.75,NV,test,L1\nb,0.5,0.5,MEL,test,\n");
  EXPECT_GT(survive(good, kTimes, [](const Bytes& b) { parse_predictions(text_of(b), "p.csv"); }),
            kTimes / 2);
}

}  // namespace
}  // namespace derm::property
