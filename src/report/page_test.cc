// The page: complete, self-contained, and safe whatever the names of runs and classes are.
#include "report/page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "report/charts.h"
#include "report/embedded.h"
#include "report/run_folder.h"
#include "report/script_json.h"
#include "report/template.h"

namespace derm {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using testing::RunFolder;

size_t occurrences(const std::string& text, const std::string& part) {
  size_t count = 0;
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

// The specifications that the page carries.
Json specs_of(const std::string& page) {
  const std::string open = "id=\"specs\">";
  const size_t begin = page.find(open) + open.size();
  return parse_json(page.substr(begin, page.find("</script>", begin) - begin), "specs");
}

TEST(Page, ShowsEveryRunAndItsCharts) {
  const RunFolder a("teacher"), b("student");
  auto runs = read_reported_runs({a.path(), b.path()}, "test");
  measure_runs(runs, {50, 0.95, 0});
  const auto page = report_page(runs, {});
  EXPECT_THAT(page, HasSubstr("<th scope=\"row\">teacher</th>"));
  EXPECT_THAT(page, HasSubstr("<th scope=\"row\">student</th>"));
  EXPECT_THAT(page, HasSubstr("Not a medical device"));
  const Json specs = specs_of(page);
  // Headlines, curves of melanoma, curves of three classes, recall, confusion matrices, reliability
  // diagrams, decision curves, subgroups, training curves.
  EXPECT_EQ(specs.size(), 4U + 2U + 6U + 1U + 2U + 2U + 2U + 2U + 2U);
  for (size_t i = 0; i < specs.size(); ++i)
    EXPECT_EQ(occurrences(page, fmt::format("id=\"chart-{}\"", i)), 1U);
}

TEST(Page, CarriesTheChartLibraryAndLoadsNothing) {
  const RunFolder folder("run");
  const auto page = report_page({read_reported_run(folder.path(), "test")}, {});
  EXPECT_GT(embedded_vega().size(), 500000U);
  EXPECT_THAT(embedded_vega(), HasSubstr("vegaEmbed"));
  EXPECT_THAT(embedded_vega(), Not(HasSubstr("</script")));
  EXPECT_NE(page.find(embedded_vega()), std::string::npos);
  EXPECT_THAT(page, HasSubstr("default-src 'none'"));
  EXPECT_THAT(page, Not(HasSubstr("<script src")));
  EXPECT_THAT(page, Not(HasSubstr("<link")));
}

TEST(Page, EscapesHostileNames) {
  const RunFolder folder("run");
  auto run = read_reported_run(folder.path(), "test");
  run.name = "<script>alert(1)</script>";
  run.arch = "\"><img src=x>";
  run.classes[0] = "</script><b>MEL";
  run.recipe = "{{title}}";
  run.missing = {"<i>"};
  run.manifest->rows[0].site = "<u>";
  const auto page = report_page({run}, {"<title>", "test", {}});
  EXPECT_EQ(occurrences(page, "</script>"), 3U);
  for (const char* raw : {"<script>alert", "<img src=x", "<b>MEL", "<i>", "<u>", "<title><title>"})
    EXPECT_THAT(page, Not(HasSubstr(raw))) << raw;
  EXPECT_THAT(page, HasSubstr("&lt;script&gt;alert(1)&lt;/script&gt;"));
  EXPECT_THAT(page, HasSubstr("{{title}}"));
  EXPECT_THAT(specs_of(page).dump(), HasSubstr("<script>alert(1)</script>"));
}

TEST(Page, IsWrittenForARunWithoutAnyResult) {
  const RunFolder folder("run");
  for (const char* part : {"results.csv", "metrics_test.json", "predictions_test.csv", "run.json"})
    fs::remove(folder.path() / part);
  const auto page = report_page({read_reported_run(folder.path(), "test")}, {});
  EXPECT_EQ(specs_of(page), Json::array());
  EXPECT_THAT(page, HasSubstr("What is missing"));
  EXPECT_THAT(page, HasSubstr("the training has not finished"));
}

TEST(Page, NamesBytesThatAreNotUtf8Safely) {
  EXPECT_EQ(valid_utf8("a\xff"), "a\xEF\xBF\xBD");
  EXPECT_EQ(valid_utf8("h\xC3\xA9"), "h\xC3\xA9");
  EXPECT_NO_THROW(script_json(Json("\xff\xfe")));
}

TEST(ScriptJson, HoldsNoMarkupAndMeansTheSame) {
  const Json value{{"</script>", "<!-- & -->"}, {"n", 1.5}};
  const auto text = script_json(value);
  EXPECT_EQ(text.find_first_of("<>&"), std::string::npos);
  EXPECT_EQ(parse_json(text, "t"), value);
}

TEST(Template, EscapesFillsSectionsAndReportsMistakes) {
  const Json values{{"x", "<&>"}, {"items", {{{"n", "1"}}, {{"n", "2"}}}}, {"off", nullptr}};
  EXPECT_EQ(fill_template("{{x}}{{{x}}}{{#items}}[{{n}}]{{/items}}{{#off}}no{{/off}}", values),
            "&lt;&amp;&gt;<&>[1][2]");
  EXPECT_THROW(fill_template("{{#open}}", values), Error);
}

TEST(ConfusionChart, HasOneCellPerPairWithCountsAndShares) {
  const RunFolder folder("run");
  const auto chart = confusion_chart(read_reported_run(folder.path(), "test"));
  const Json& cells = chart->spec["data"]["values"];
  ASSERT_EQ(cells.size(), 9U);
  EXPECT_EQ(cells[3], Json({{"true", "NV"}, {"predicted", "MEL"}, {"count", 1}, {"share", 0.5}}));
}

TEST(RocChart, RunsFromCornerToCornerAndIsAbsentWithoutTheClass) {
  const RunFolder folder("run");
  const auto run = read_reported_run(folder.path(), "test");
  const Json points =
      roc_chart({run}, "MEL", CurveSize::kLarge)->spec["layer"][2]["data"]["values"];
  EXPECT_EQ(points.front()["y"], 0.0);
  EXPECT_EQ(points.back()["y"], 1.0);
  EXPECT_EQ(points.back()["x"], 1.0);
  EXPECT_FALSE(roc_chart({run}, "SCC", CurveSize::kLarge).has_value());
  EXPECT_FALSE(pr_chart({run}, "SCC", CurveSize::kSmall).has_value());
}

TEST(CurveCharts, HaveABandWhereARunWasMeasured) {
  const RunFolder folder("run");
  std::vector<ReportedRun> runs{read_reported_run(folder.path(), "test")};
  const auto band = [&] {
    return roc_chart(runs, "MEL", CurveSize::kLarge)->spec["layer"][0]["data"]["values"].size();
  };
  EXPECT_EQ(band(), 0U);
  measure_runs(runs, {50, 0.95, 0});
  EXPECT_EQ(band(), 51U);
}

TEST(Charts, GiveARunTheSameColourEverywhere) {
  const RunFolder a("teacher"), b("student");
  const auto runs = read_reported_runs({a.path(), b.path()}, "test");
  const Json colour = run_colour(runs);
  EXPECT_EQ(colour["scale"]["domain"], Json({"teacher", "student"}));
  for (const auto& chart : history_charts(runs))
    EXPECT_EQ(chart.spec["encoding"]["color"]["scale"], colour["scale"]);
  EXPECT_EQ(recall_chart(runs)->spec["layer"][0]["encoding"]["color"], colour);
}

}  // namespace
}  // namespace derm
