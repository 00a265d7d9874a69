#include "base/base64.h"

#include <gtest/gtest.h>

namespace derm {
namespace {

// RFC 4648, section 10.
TEST(Base64, GivesTheTestVectorsOfTheStandard) {
  const std::pair<const char*, const char*> cases[] = {{"", ""},
                                                       {"f", "Zg=="},
                                                       {"fo", "Zm8="},
                                                       {"foo", "Zm9v"},
                                                       {"foob", "Zm9vYg=="},
                                                       {"fooba", "Zm9vYmE="},
                                                       {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : cases)
    EXPECT_EQ(base64(ByteView(std::string_view(bytes))), text);
}

TEST(Base64, UsesEveryBit) {
  EXPECT_EQ(base64(Bytes{0xff, 0xef, 0xbe}), "/+++");
  EXPECT_EQ(base64(Bytes{0x80, 0x00}), "gAA=");
}

}  // namespace
}  // namespace derm
