// `dermdistill report`: compares finished runs on stdout and as one HTML page.
#include <cstdio>
#include <memory>

#include "base/log.h"
#include "cli/command.h"
#include "report/comparison.h"
#include "report/page.h"

namespace derm {
namespace {

struct ReportOptions {
  std::vector<std::string> runs;
  std::string out;
  PageOptions page;
};

void run_report(const ReportOptions& options) {
  auto runs = read_reported_runs({options.runs.begin(), options.runs.end()}, options.page.split);
  for (const auto& run : runs)
    for (const auto& part : run.missing) log_warn("{}: {}", run.name, part);
  std::fputs(compare_runs(runs).text().c_str(), stdout);
  if (options.out.empty()) return;
  measure_runs(runs);
  write_file_atomic(options.out, report_page(runs, options.page));
  log_info("wrote {}", options.out);
}

}  // namespace

void add_report(CLI::App& parent, int&) {
  auto options = std::make_shared<ReportOptions>();
  auto* report = parent.add_subcommand("report", "compare runs: a table and an HTML page");
  report->add_option("runs", options->runs, "run directories")->required()->type_name("RUN");
  report->add_option("--split", options->page.split, "which metrics and predictions to show")
      ->check(CLI::IsMember({"train", "val", "test"}))
      ->capture_default_str();
  report->add_option("--out", options->out, "the page to write; without it only the table")
      ->type_name("FILE");
  report->add_option("--title", options->page.title, "heading of the page")
      ->capture_default_str()
      ->type_name("TEXT");
  report->footer(
      "Example:\n  dermdistill report runs/train/teacher runs/distill/kd --split test "
      "--out report.html");
  report->callback([options] { run_report(*options); });
}

}  // namespace derm
