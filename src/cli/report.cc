// `dermdistill report`: compares finished runs on stdout and as one HTML page; a run's model card.
#include <cstdio>
#include <memory>

#include "base/log.h"
#include "cli/command.h"
#include "cli/gallery.h"
#include "report/comparison.h"
#include "report/model_card.h"
#include "report/page.h"
#include "train/model_file.h"
#include "train/run_directory.h"

namespace derm {
namespace {

struct ReportOptions {
  std::vector<std::string> runs;
  std::string out, model_card;
  int64_t gallery = -1;
  PageOptions page;
};

// Explaining takes a second for each run: asked for by default where there is one.
size_t gallery_size(const ReportOptions& options) {
  constexpr size_t kOfOneRun = 12;
  if (options.gallery >= 0) return static_cast<size_t>(options.gallery);
  return options.runs.size() == 1 ? kOfOneRun : 0;
}

// What the weights say of their licence; empty where they are not there or do not say.
std::string licence_of(const ReportedRun& run) {
  if (!fs::exists(RunDirectory{run.folder}.best())) return "";
  const auto model = load_model(run.folder, "", static_cast<int64_t>(run.classes.size()), 0);
  const auto it = model.metadata.find("licence");
  return it == model.metadata.end() ? "" : it->second;
}

void write_card(const ReportOptions& options, const ReportedRun& run) {
  write_file_atomic(options.model_card, run_card(run, {options.page.split, licence_of(run)}));
  log_info("wrote {}", options.model_card);
}

void run_report(const ReportOptions& options) {
  if (!options.model_card.empty() && options.runs.size() != 1)
    throw UsageError("a model card is of one run", "--model-card", "one run",
                     fmt::format("{} runs", options.runs.size()));
  auto runs = read_reported_runs({options.runs.begin(), options.runs.end()}, options.page.split);
  for (const auto& run : runs)
    for (const auto& part : run.missing) log_warn("{}: {}", run.name, part);
  std::fputs(compare_runs(runs).text().c_str(), stdout);
  if (options.out.empty() && options.model_card.empty()) return;
  measure_runs(runs);
  if (!options.model_card.empty()) write_card(options, runs.front());
  if (options.out.empty()) return;
  PageOptions page = options.page;
  page.gallery = error_gallery(runs, gallery_size(options));
  write_file_atomic(options.out, report_page(runs, page));
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
  report
      ->add_option("--gallery", options->gallery,
                   "worst errors of each run to show, with their images; default: 12 of a single "
                   "run, else none")
      ->check(CLI::Range(0, 200));
  report
      ->add_option("--model-card", options->model_card,
                   "write the model card of the run, in Markdown")
      ->type_name("FILE");
  report->footer(
      "Examples:\n  dermdistill report runs/train/teacher runs/distill/kd --split test "
      "--out report.html\n  dermdistill report runs/distill/kd --out kd.html --model-card kd.md");
  report->callback([options] { run_report(*options); });
}

}  // namespace derm
