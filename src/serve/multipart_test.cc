#include "serve/multipart.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "serve/http.h"
#include "support/mutate.h"
#include "support/temp_folder.h"

namespace derm {
namespace {

using ::testing::HasSubstr;
using testing::message_of;

constexpr const char* kType = "multipart/form-data; boundary=\"b 1\"";
const std::string kForm =
    "--b 1\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nhello\r\n"
    "--b 1\r\nContent-Type: image/png\r\ncontent-disposition: form-data; name=\"image\"; "
    "filename=\"a.png\"\r\n\r\nbytes\r\n\r\n--b\r\n--b 1--\r\n";

std::string refusal(const std::string& body, const std::string& type = kType) {
  return message_of([&] { multipart_field(body, type, "image"); });
}

TEST(Multipart, GivesTheBytesOfTheField) {
  EXPECT_EQ(multipart_field(kForm, kType, "image"), "bytes\r\n\r\n--b");
  EXPECT_EQ(multipart_field(kForm, kType, "note"), "hello");
}

TEST(Multipart, NamesWhatIsMissing) {
  EXPECT_THAT(refusal(kForm, "multipart/form-data"), HasSubstr("without its boundary"));
  EXPECT_THAT(refusal(kForm, "multipart/form-data; boundary=other"), HasSubstr("first boundary"));
  EXPECT_THAT(refusal("--b 1--\r\n"), HasSubstr("without the image"));
  EXPECT_THAT(refusal(""), HasSubstr("first boundary"));
}

TEST(Multipart, IsRefusedAtEveryPlaceWhereItMayBeCutOff) {
  for (size_t size = 0; size + 4 < kForm.size(); ++size)
    EXPECT_NE(refusal(kForm.substr(0, size)), "no error") << size;
}

TEST(Multipart, RefusesTwoImagesAndManyParts) {
  const std::string part = "\r\nContent-Disposition: form-data; name=image\r\n\r\nx\r\n--b 1";
  EXPECT_EQ(refusal("--b 1" + part + "--"), "no error");
  EXPECT_THAT(refusal("--b 1" + part + part + "--"), HasSubstr("two fields"));
  std::string many = "--b 1";
  for (int i = 0; i < 40; ++i) many += "\r\nX: y\r\n\r\nx\r\n--b 1";
  EXPECT_THAT(refusal(many + "--"), HasSubstr("too many parts"));
}

TEST(Multipart, OfDamagedFormsIsRefusedOrRead) {
  const auto refused =
      property::survive(Bytes(kForm.begin(), kForm.end()), 5'000, [](const Bytes& bytes) {
        multipart_field({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, kType,
                        "image");
      });
  EXPECT_GT(refused, 1'000);
}

}  // namespace
}  // namespace derm
