// Studies as files: the built-in ones read, and mistakes are named with their place.
#include "study/study.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "study/small_study.h"

namespace derm {
namespace {

using ::testing::HasSubstr;

std::string refused(const std::string& text) {
  try {
    read_study(parse_yaml(text, "x.yaml"));
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

std::string with(const std::string& from, const std::string& to) {
  std::string text = testing::kSmallStudy;
  return text.replace(text.find(from), from.size(), to);
}

TEST(Studies, BuiltInOnesReadAndNameThemselves) {
  ASSERT_GE(studies().size(), 7U);
  for (const auto& entry : studies()) {
    const Study study = load_study(entry.name);
    EXPECT_EQ(study.study, entry.name);
    EXPECT_FALSE(study.title.empty() || study.about.empty() || study.cite.empty()) << entry.name;
    EXPECT_FALSE(leaks(study.protocols.front())) << entry.name;
  }
}

TEST(Studies, UnknownNameIsAnErrorWithTheNearest) {
  try {
    load_study("leak-inflaton");
    FAIL();
  } catch (const UsageError& error) {
    EXPECT_THAT(error.what(), HasSubstr("did you mean 'leak-inflation'"));
  }
}

TEST(StudyFile, ReadsTheSmallOne) {
  EXPECT_EQ(refused(testing::kSmallStudy), "");
}

TEST(StudyFile, UnknownKeyIsAnErrorWithItsLine) {
  EXPECT_THAT(refused(with("recipe: kd", "recpie: kd")),
              AllOf(HasSubstr("x.yaml:"), HasSubstr("recpie"), HasSubstr("recipe")));
}

TEST(StudyFile, TeacherMustStandAbove) {
  EXPECT_THAT(refused(with("teachers: [teacher]", "teachers: [tutor]")), HasSubstr("tutor"));
}

TEST(StudyFile, TwoRowsCannotHaveOneName) {
  EXPECT_THAT(refused(with("name: alone", "name: kd")), HasSubstr("two rows"));
}

TEST(StudyFile, MetricsAndPublishedNumbersAreChecked) {
  EXPECT_THAT(refused(with("metric: accuracy, heading", "metric: acuracy, heading")),
              HasSubstr("accuracy"));
  EXPECT_THAT(refused(with("{accuracy: 0.8}", "{macro_f1: 0.8}")), HasSubstr("without a column"));
  EXPECT_THAT(refused(with("{accuracy: 0.8}", "{accuracy: high}")),
              HasSubstr("not a published number"));
}

TEST(StudyFile, CommonTestNeedsProtocolsThatCanShareIt) {
  EXPECT_THAT(refused(with("protocols: [lesion, image]", "protocols: [ssdkd]\ncommon_test: true")),
              HasSubstr("test set of its own"));
}

}  // namespace
}  // namespace derm
