// Tables of a study: layout, published numbers, marks, and the differences between protocols.
#include "study/table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "base/csv.h"
#include "study/small_study.h"

namespace derm {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

// 40 images of two classes, of which the first `right` are recognised.
MeasuredRun measured(int right, const std::string& prefix = "image") {
  Predictions p;
  p.classes = {"MEL", "NV"};
  p.split = "test";
  p.scores.classes = 2;
  for (int i = 0; i < 40; ++i) {
    p.image_ids.push_back(prefix + std::to_string(i));
    p.lesion_ids.push_back("lesion" + std::to_string(i / 2));
    p.scores.labels.push_back(i % 2);
    const double first = (i % 2 == 0) == (i < right) ? 0.9 : 0.1;
    p.scores.probabilities.insert(p.scores.probabilities.end(), {first, 1 - first});
  }
  return measure_run(p, {"accuracy", "balanced_accuracy"});
}

FinishedCell finished(const std::string& protocol, const std::string& row, int64_t seed, int right,
                      const std::string& prefix = "image") {
  return {{"", protocol, row, row == "teacher" ? "resnet18" : "mobilenet_v2_0.35", seed, {}, {}},
          measured(right, prefix)};
}

StudyNotes notes(size_t cells) {
  StudyNotes out;
  out.dataset = "generated";
  out.lines = {"SCALED: one epoch."};
  out.cells = cells;
  return out;
}

StudyTable lesion_table() {
  return study_table(testing::small_study(),
                     {finished("lesion", "teacher", 0, 36), finished("lesion", "kd", 0, 30),
                      finished("lesion", "kd", 1, 34)},
                     notes(3));
}

TEST(StudyTable, HasThePapersRowsWithOurNumbersAndThePublishedBesideThem) {
  const auto table = lesion_table();
  ASSERT_EQ(table.sections.size(), 1U);
  EXPECT_THAT(table.sections[0].header,
              ElementsAre("method", "network", "seeds", "ACC", "ACC, published", "BACC"));
  ASSERT_EQ(table.sections[0].rows.size(), 2U);
  EXPECT_THAT(
      table.sections[0].rows[0],
      ElementsAre("The teacher", "resnet18", "1", HasSubstr("0.900 ["), "-", HasSubstr("0.900 [")));
  // (30 + 34) / 80, and sqrt(2) * 0.05
  EXPECT_THAT(table.sections[0].rows[1],
              ElementsAre("kd", "mobilenet_v2_0.35", "2", HasSubstr("0.800 ± 0.071 ["),
                          "0.8 (isic2019), 0.7 to 0.75 (ham10000)", HasSubstr("0.800 ± 0.071 [")));
}

TEST(StudyTable, SaysWhatItIsMadeOf) {
  const auto text = table_markdown(lesion_table());
  EXPECT_THAT(text, HasSubstr("# A small study"));
  EXPECT_THAT(text, HasSubstr("SCALED: one epoch."));
  EXPECT_THAT(text, HasSubstr("Data: generated."));
  EXPECT_THAT(text, HasSubstr("published numbers belong to the protocol image LEAKY"));
  EXPECT_THAT(text, Not(HasSubstr("PARTIAL")));
}

TEST(StudyTable, PartialStudyHasAPartialTable) {
  const auto table =
      study_table(testing::small_study(), {finished("lesion", "kd", 0, 30)}, notes(9));
  EXPECT_THAT(table_markdown(table), HasSubstr("PARTIAL: 1 of 9 networks"));
  EXPECT_EQ(study_table(testing::small_study(), {}, notes(9)).sections.size(), 0U);
}

TEST(StudyTable, LeakyProtocolIsMarkedAndItsDifferencePaired) {
  const auto table = study_table(testing::small_study(),
                                 {finished("lesion", "kd", 0, 30), finished("lesion", "kd", 1, 30),
                                  finished("image", "kd", 1, 34)},
                                 notes(3));
  ASSERT_EQ(table.sections.size(), 4U);
  EXPECT_EQ(table.sections[1].heading, "Protocol image LEAKY");
  const auto& inflation = table.sections[2];
  EXPECT_THAT(inflation.header,
              ElementsAre("protocol", "method", "networks", "test images", "ACC", "BACC"));
  EXPECT_THAT(inflation.rows,
              ElementsAre(ElementsAre("image LEAKY", "kd, mobilenet_v2_0.35", "1", "paired",
                                      HasSubstr("+0.100 [+0.0"), HasSubstr("+0.100 ["))));
  EXPECT_THAT(table.sections[3].header,
              ElementsAre("protocol", "method", "networks", "test images", "MEL", "NV"));
  EXPECT_THAT(table_html(table), HasSubstr("class=\"leaky\""));
}

TEST(StudyTable, DifferenceOfOtherTestImagesIsUnpaired) {
  const auto table = study_table(
      testing::small_study(),
      {finished("lesion", "kd", 0, 30), finished("image", "kd", 0, 34, "other")}, notes(2));
  EXPECT_EQ(table.sections[2].rows[0][3], "unpaired");
}

TEST(StudyTable, HtmlEscapesAndMarkdownKeepsItsColumns) {
  Study study = testing::small_study();
  study.rows[2].label = "a <b> | c";
  const auto table = study_table(study, {finished("lesion", "kd", 0, 30)}, notes(1));
  EXPECT_THAT(table_html(table), AllOf(HasSubstr("a &lt;b&gt; | c"), Not(HasSubstr("http"))));
  EXPECT_THAT(table_markdown(table), HasSubstr("a <b> \\| c"));
}

TEST(StudyTable, CsvHasPlainNumbers) {
  const auto csv = parse_csv(
      table_csv(testing::small_study(),
                {finished("image", "kd", 0, 30), finished("image", "kd", 1, 34)}, notes(2)),
      "table.csv");
  ASSERT_EQ(csv.rows.size(), 1U);
  const auto at = [&](const char* column) { return csv.rows[0][csv.column(column)]; };
  EXPECT_EQ(at("leaky"), "LEAKY");
  EXPECT_NEAR(std::stod(at("accuracy")), 0.8, 1e-12);
  EXPECT_NEAR(std::stod(at("accuracy_deviation")), std::sqrt(2.0) * 0.05, 1e-12);
  EXPECT_LT(std::stod(at("accuracy_low")), 0.8);
  EXPECT_EQ(at("accuracy_published_isic2019"), "0.8");
  EXPECT_EQ(at("accuracy_published_ham10000"), "0.7 to 0.75");
  EXPECT_EQ(at("balanced_accuracy_published_isic2019"), "");
}

}  // namespace
}  // namespace derm
