// The public library from outside: only its two headers, and a bundle on disk.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>

#include "device/dermscope.h"
#include "device/dermscope_c.h"
#include "image/decode.h"
#include "support/tiny_bundle.h"

namespace derm {
namespace {

using ::testing::HasSubstr;

class Device : public ::testing::Test {
 protected:
  Device() : files_(export_bundle(testing::tiny_network(), {}, {}).files) {
    write_bundle_files(path_, files_, false);
  }

  const Bytes& image() const { return files_.at("golden/odd.png"); }

  const testing::TempFolder folder_;
  const BundleFiles files_;
  const std::string path_ = folder_.path() / "b.zip";
  char error_[256] = "";
};

TEST_F(Device, ClassifiesBytesFilesAndPixelsAlike) {
  const dermscope::Classifier classifier(path_);
  const auto from_bytes = classifier.predict(image().data(), image().size());
  const fs::path file = folder_.path() / "odd.png";
  write_file_atomic(file, ByteView(image()));
  const Image pixels = decode(image(), "odd.png");
  const auto from_pixels = classifier.predict_rgb(pixels.data.data(), pixels.width, pixels.height);
  EXPECT_EQ(classifier.predict_file(file).probabilities, from_bytes.probabilities);
  EXPECT_EQ(from_pixels.probabilities, from_bytes.probabilities);
  EXPECT_EQ(from_bytes.probabilities.size(), classifier.classes().size());
  EXPECT_EQ(classifier.class_maps(image().data(), image().size()).size(), 8u);
  EXPECT_NO_THROW(classifier.verify());
  EXPECT_THAT(classifier.model_card(), HasSubstr("not a medical device"));
}

TEST_F(Device, ThrowsWhatIsWrong) {
  EXPECT_THROW(dermscope::Classifier("/nowhere"), std::runtime_error);
  const dermscope::Classifier classifier(path_);
  EXPECT_THROW(classifier.predict("x", 1), std::runtime_error);
  EXPECT_THROW(classifier.predict_rgb(nullptr, 0, 0), std::runtime_error);
}

TEST_F(Device, GivesCTheSameNumbers) {
  dermscope_classifier* classifier = nullptr;
  ASSERT_EQ(dermscope_open(path_.c_str(), 1, &classifier, error_, sizeof error_), 0) << error_;
  ASSERT_EQ(dermscope_class_count(classifier), 8);
  EXPECT_STREQ(dermscope_class_name(classifier, 0), "MEL");
  EXPECT_EQ(dermscope_class_name(classifier, 8), nullptr);
  double probabilities[8];
  ASSERT_EQ(dermscope_predict(classifier, image().data(), image().size(), probabilities, nullptr, 0,
                              error_, sizeof error_),
            0)
      << error_;
  const auto expected = dermscope::Classifier(path_).predict(image().data(), image().size());
  for (size_t k = 0; k < 8; ++k) EXPECT_EQ(probabilities[k], expected.probabilities[k]);
  EXPECT_EQ(dermscope_verify(classifier, error_, sizeof error_), 0);
  dermscope_close(classifier);
  dermscope_close(nullptr);
}

TEST_F(Device, TellsCWhatIsWrongAndCutsItOff) {
  dermscope_classifier* classifier = nullptr;
  EXPECT_NE(dermscope_open("/nowhere", 1, &classifier, error_, sizeof error_), 0);
  EXPECT_EQ(classifier, nullptr);
  EXPECT_THAT(error_, HasSubstr("/nowhere"));
  char small[8];
  EXPECT_NE(dermscope_open("/nowhere", 1, &classifier, small, sizeof small), 0);
  EXPECT_EQ(std::strlen(small), 7u);
  EXPECT_NE(dermscope_open("/nowhere", 1, &classifier, nullptr, 0), 0);
}

}  // namespace
}  // namespace derm
