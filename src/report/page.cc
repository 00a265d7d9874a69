#include "report/page.h"

#include "base/error.h"
#include "eval/warnings.h"
#include "report/charts.h"
#include "report/comparison.h"
#include "report/data_block.h"
#include "report/embedded.h"
#include "report/script_json.h"
#include "report/template.h"

namespace derm {
namespace {

// Charts of a page, in order; the page draws specification i into the element chart-i.
class Charts {
 public:
  Json add(const std::vector<Chart>& charts) {
    Json out = Json::array();
    for (const auto& chart : charts) {
      out.push_back({{"id", fmt::format("chart-{}", specs_.size())},
                     {"title", chart.title},
                     {"note", chart.note},
                     {"has_note", !chart.note.empty()}});
      specs_.push_back(chart.spec);
    }
    return out;
  }

  const Json& specs() const { return specs_; }

 private:
  Json specs_ = Json::array();
};

void append(std::vector<Chart>& charts, std::optional<Chart> chart) {
  if (chart) charts.push_back(std::move(*chart));
}

// Sections in the order of the page; one without charts is left out.
Json chart_sections(const std::vector<ReportedRun>& runs, Charts& charts) {
  std::vector<Chart> confusion, decisions;
  for (const auto& run : runs) append(confusion, confusion_chart(run));
  append(decisions, recall_chart(runs));
  append(decisions, melanoma_roc_chart(runs));
  Json out = Json::array();
  const auto section = [&](const char* title, const char* note, const std::vector<Chart>& of) {
    if (!of.empty()) out.push_back({{"title", title}, {"note", note}, {"charts", charts.add(of)}});
  };
  section("Classes", "", decisions);
  section("Confusion matrices",
          "Rows are true classes and sum to 100 %; the numbers are counts of images.", confusion);
  section("Training", "", history_charts(runs));
  return out;
}

Json table_json(const Comparison& table) {
  Json rows = Json::array();
  for (const auto& row : table.rows) {
    Json cells = Json::array();
    for (size_t c = 1; c < row.size(); ++c) cells.push_back({{"cell", valid_utf8(row[c])}});
    rows.push_back({{"head", valid_utf8(row.front())}, {"cells", cells}});
  }
  Json header = Json::array();
  for (const auto& name : table.header) header.push_back({{"name", name}});
  return {{"header", header}, {"rows", rows}, {"any", !table.rows.empty()}};
}

Json sentences(const std::vector<std::string>& texts) {
  Json out = Json::array();
  for (const auto& text : texts) out.push_back({{"text", valid_utf8(text)}});
  return out;
}

std::vector<std::string> gaps(const std::vector<ReportedRun>& runs) {
  std::vector<std::string> out;
  for (const auto& run : runs) {
    for (const auto& part : run.missing) out.push_back(run.name + ": " + part);
    if (!run.metrics) continue;
    for (const auto& warning : metric_warnings(*run.metrics, run.classes))
      out.push_back(run.name + ": " + warning);
  }
  return out;
}

}  // namespace

std::string report_page(const std::vector<ReportedRun>& runs, const PageOptions& options) {
  const DataBlock data = describe_data(runs, options.split);
  Charts charts;
  Json page{{"title", valid_utf8(options.title)},
            {"split", valid_utf8(options.split)},
            {"style", embedded_page_css()},
            {"script", embedded_page_js()},
            {"vega", embedded_vega()},
            {"comparison", table_json(compare_runs(runs))},
            {"training", table_json(training_table(runs))},
            {"classes", table_json(class_table(runs))},
            {"facts", sentences(data.facts)},
            {"alarms", sentences(data.alarms)},
            {"has_alarms", !data.alarms.empty()},
            {"gaps", sentences(gaps(runs))},
            {"has_gaps", !gaps(runs).empty()},
            {"sections", chart_sections(runs, charts)}};
  page["specs"] = script_json(charts.specs());
  return fill_template(embedded_page_html(), page);
}

}  // namespace derm
