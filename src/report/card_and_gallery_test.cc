// The worst errors, the checklists' links and the model card.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "base/tree.h"
#include "report/checklists.h"
#include "report/gallery.h"
#include "report/model_card.h"
#include "report/page.h"
#include "report/run_folder.h"

namespace derm {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::RunFolder;

// Rows 0 to 2: melanomas missed ever more surely; 3: found; 4, 5: naevi called otherwise.
Predictions with_errors() {
  Predictions p;
  p.classes = {"MEL", "NV", "BCC"};
  p.scores.classes = 3;
  p.scores.labels = {0, 0, 0, 0, 1, 1};
  p.scores.probabilities = {.4, .5, .1, .3, .6, .1, .2, .7, .1, .9, .1, 0, .95, .05, 0, 0, .2, .8};
  return p;
}

TEST(WorstErrors, StartWithTheMelanomasMissedMostSurely) {
  EXPECT_THAT(worst_errors(with_errors(), 0, 12), ElementsAre(2, 1, 0, 4, 5));
  EXPECT_THAT(worst_errors(with_errors(), 0, 3), ElementsAre(2, 1, 4));
  EXPECT_THAT(worst_errors(with_errors(), 0, 0), ElementsAre());
}

TEST(WorstErrors, AreByConfidenceAloneWithoutMelanoma) {
  EXPECT_THAT(worst_errors(with_errors(), std::nullopt, 3), ElementsAre(4, 5, 2));
}

TEST(Gallery, SaysWhyThereAreNoImages) {
  const RunFolder folder("run");
  PageOptions options;
  options.gallery.gaps = {"run: the images are not at <nowhere>"};
  const auto page = report_page({read_reported_run(folder.path(), "test")}, options);
  EXPECT_THAT(page, HasSubstr("the images are not at &lt;nowhere&gt;"));
  EXPECT_THAT(page, Not(HasSubstr("do not share")));
}

TEST(Gallery, WarnsWherePatientsImagesAreEmbedded) {
  const RunFolder folder("run");
  const auto run = read_reported_run(folder.path(), "test");
  PageOptions options;
  options.gallery.items = {gallery_item(run, 2)};
  options.gallery.items[0].picture = "data:image/jpeg;base64,AAAA";
  const auto page = report_page({run}, options);
  EXPECT_THAT(page, HasSubstr("do not share"));
  EXPECT_THAT(page, HasSubstr("src=\"data:image/jpeg;base64,AAAA\""));
}

TEST(Checklists, HaveEveryItemOnceAndLinkToSectionsThatExist) {
  std::map<std::string, std::set<std::string>> items;
  const RunFolder folder("run");
  std::vector<ReportedRun> runs{read_reported_run(folder.path(), "test")};
  measure_runs(runs, {20, 0.95, 0});
  PageOptions options;
  options.gallery.gaps = {"none"};
  const auto page = report_page(runs, options);
  for (const auto& item : checklist_items()) {
    EXPECT_TRUE(items[item.checklist].insert(item.item).second) << item.item;
    if (item.section.empty()) continue;
    EXPECT_THAT(page, HasSubstr("<section id=\"" + item.section + "\">")) << item.item;
  }
  EXPECT_EQ(items["claim"].size(), 42U);
  std::set<int> numbers;
  for (const auto& item : items["tripod"]) numbers.insert(std::stoi(item));
  EXPECT_EQ(numbers.size(), 27U);
}

TEST(RunCard, HasFrontMatterThatIsYamlWithIntervals) {
  const RunFolder folder("run");
  std::vector<ReportedRun> runs{read_reported_run(folder.path(), "test")};
  measure_runs(runs, {50, 0.95, 0});
  const auto card = run_card(runs[0], {"test", ""});
  const size_t end = card.find("---\n", 4);
  const Json front = parse_yaml(card.substr(4, end - 4), "card").value;
  EXPECT_EQ(front["library_name"], "dermdistill");
  EXPECT_EQ(front["classes"], Json({"MEL", "NV", "BCC"}));
  EXPECT_EQ(front["datasets"], Json({"BCN", "HAM"}));
  const Json& metric = front["model-index"][0]["results"][0]["metrics"][0];
  EXPECT_EQ(metric["type"], "balanced_accuracy");
  EXPECT_DOUBLE_EQ(metric["value"], 0.8333);
  EXPECT_LE(metric["interval_95"][0], metric["interval_95"][1]);
  EXPECT_THAT(card, HasSubstr("to be completed by the study team"));
  EXPECT_THAT(card, HasSubstr("not a medical device"));
}

TEST(RunCard, SaysThatARunWasNotMeasured) {
  const RunFolder folder("run");
  fs::remove(folder.path() / "metrics_test.json");
  fs::remove(folder.path() / "predictions_test.csv");
  EXPECT_THAT(run_card(read_reported_run(folder.path(), "test"), {"test", ""}),
              HasSubstr("dermdistill val --split test"));
}

}  // namespace
}  // namespace derm
