#include "data/classes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace derm {
namespace {

using ::testing::ElementsAre;

TEST(Classes, KnowsShortAndLongNamesInAnyCase) {
  EXPECT_EQ(class_short_name("mel"), "MEL");
  EXPECT_EQ(class_short_name(" Melanoma "), "MEL");
  EXPECT_EQ(class_short_name("basal_cell_carcinoma"), "BCC");
  EXPECT_EQ(class_short_name("akiec"), "AKIEC");
  EXPECT_EQ(class_short_name("wart"), "");
}

TEST(Classes, FollowTheIsicColumnOrderWhateverTheInput) {
  EXPECT_THAT(in_class_order({"VASC", "NV", "SCC", "AK", "MEL", "NV"}),
              ElementsAre("MEL", "NV", "AK", "VASC", "SCC"));
  EXPECT_THAT(in_class_order({"VASC", "BKL", "BCC", "AKIEC", "MEL", "DF", "NV"}),
              ElementsAre("MEL", "NV", "BCC", "AKIEC", "BKL", "DF", "VASC"));
  EXPECT_THAT(in_class_order({"wart", "MEL", "acne"}), ElementsAre("MEL", "acne", "wart"));
}

}  // namespace
}  // namespace derm
