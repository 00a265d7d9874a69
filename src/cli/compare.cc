// `dermdistill compare`: is the difference between runs real?
#include <algorithm>
#include <cstdio>
#include <map>

#include "base/error.h"
#include "base/interrupt.h"
#include "base/log.h"
#include "base/progress.h"
#include "base/strings.h"
#include "cli/command.h"
#include "cli/compare_text.h"
#include "eval/bootstrap.h"

namespace derm {
namespace {

const std::map<std::string, SeedGrouping> kGroupings = {{"config", SeedGrouping::kConfig},
                                                        {"name", SeedGrouping::kName},
                                                        {"none", SeedGrouping::kNone}};

struct CompareFlags {
  std::vector<std::string> runs, groups, metrics = {"balanced_accuracy"}, classes;
  std::string split = "test", baseline, seeds = "config", format = "table";
  bool all_pairs = false, per_class = false;
  int64_t replicates = 2000;
  uint64_t seed = 0;
};

// Positional runs first, then the named groups.
std::vector<GroupRequest> requests_of(const CompareFlags& flags) {
  std::vector<GroupRequest> out;
  for (const auto& run : flags.runs) out.push_back({"", {run}});
  for (const auto& text : flags.groups) out.push_back(parse_group(text));
  if (out.empty()) throw UsageError("no run to compare", "", "run directories or --group");
  return out;
}

// The group of that name, or the one that holds a run of it.
size_t group_named(const ComparedRuns& runs, const std::string& name) {
  std::vector<std::string> known;
  for (size_t g = 0; g < runs.groups.size(); ++g) {
    if (runs.groups[g].name == name) return g;
    known.push_back(runs.groups[g].name);
  }
  for (size_t g = 0; g < runs.groups.size(); ++g)
    for (const size_t i : runs.groups[g].runs)
      if (runs.runs[i].name == name || runs.runs[i].folder == fs::path(name)) return g;
  throw UsageError(fmt::format("no group '{}'{}", name, did_you_mean(name, known)), "--baseline",
                   join(known, ", "));
}

std::vector<GroupPair> pairs_of(const ComparedRuns& runs, const CompareFlags& flags) {
  const size_t baseline = flags.baseline.empty() ? 0 : group_named(runs, flags.baseline);
  std::vector<size_t> order = {baseline};  // the baseline is the first of every pair it is in
  for (size_t g = 0; g < runs.groups.size(); ++g)
    if (g != baseline) order.push_back(g);
  std::vector<GroupPair> pairs;
  for (size_t a = 0; a < (flags.all_pairs ? order.size() : 1); ++a)
    for (size_t b = a + 1; b < order.size(); ++b) pairs.emplace_back(order[a], order[b]);
  return pairs;
}

// The asked classes; melanoma, or the first class, where none is asked for.
std::vector<int64_t> auc_classes_of(const ComparedRuns& runs, const CompareFlags& flags) {
  const auto& classes = runs.first().classes;
  std::vector<int64_t> out;
  if (flags.per_class) {
    for (size_t c = 0; c < classes.size(); ++c) out.push_back(static_cast<int64_t>(c));
    return out;
  }
  for (const auto& name : flags.classes)
    out.push_back(choose_metric("auc." + name, classes).class_index);
  if (out.empty()) out.push_back(static_cast<int64_t>(runs.runs.front().melanoma().value_or(0)));
  return out;
}

std::vector<Compared> run_tests(const ComparedRuns& runs, const CompareOptions& options) {
  const auto total =
      runs.runs.size() * options.metrics.size() * static_cast<size_t>(options.bootstrap.replicates);
  Progress bar("compare", total, "replicates");
  return compare_groups(runs.network_groups(), runs.first().classes, runs.first().lesion_ids,
                        options, [&](int64_t n) {
                          bar.add(static_cast<uint64_t>(n));
                          if (interrupt_requested()) throw Interrupted("interrupted");
                        });
}

void print(const ComparedRuns& runs, const ComparisonHead& head, const std::vector<Compared>& rows,
           const std::string& format) {
  std::string text;
  if (format == "json") text = comparison_json(runs, head, rows).dump(2) + "\n";
  if (format == "csv") text = comparison_csv(runs, rows);
  if (format == "markdown") text = comparison_markdown(runs, head, rows);
  if (format == "table") text = comparison_table(runs, head, rows);
  std::fputs(text.c_str(), stdout);
}

void compare(const CompareFlags& flags) {
  const auto runs = read_compared_runs(requests_of(flags), flags.split, kGroupings.at(flags.seeds));
  ComparisonHead head;
  head.split = flags.split;
  head.images = runs.first().scores.size();
  head.lesions = static_cast<int64_t>(RowGroups(runs.first().lesion_ids).size());
  head.warnings = comparison_warnings(runs, flags.split);
  for (const auto& name : flags.metrics)
    head.options.metrics.push_back(choose_metric(name, runs.first().classes));
  head.options.auc_classes = auc_classes_of(runs, flags);
  head.options.pairs = pairs_of(runs, flags);
  head.options.bootstrap.replicates = flags.replicates;
  head.options.bootstrap.seed = flags.seed;
  for (const auto& warning : head.warnings) log_warn("{}", warning);
  print(runs, head, run_tests(runs, head.options), flags.format);
}

void add_test_options(CLI::App& app, CompareFlags& flags) {
  app.add_option("--metric", flags.metrics,
                 "metrics of the bootstrap: any of `val`, or recall.MEL, auc.NV, ...")
      ->delimiter(',')
      ->capture_default_str();
  app.add_option("--class", flags.classes, "classes of DeLong's test; default: melanoma")
      ->delimiter(',');
  app.add_flag("--per-class", flags.per_class, "DeLong's test for every class");
  app.add_option("--replicates", flags.replicates, "of the bootstrap")
      ->check(CLI::Range(100, 10000000))
      ->capture_default_str();
  app.add_option("--seed", flags.seed, "of the bootstrap's draws")->capture_default_str();
}

}  // namespace

void add_compare(CLI::App& parent, int&) {
  auto flags = std::make_shared<CompareFlags>();
  auto* app = parent.add_subcommand("compare", "test whether differences between runs are real");
  app->add_option("runs", flags->runs, "run directories")->type_name("RUN");
  app->add_option("--group", flags->groups, "runs that differ in their seed: NAME=RUN,RUN,...")
      ->take_all()
      ->type_name("GROUP");
  app->add_option("--seeds", flags->seeds,
                  "which single runs are one method: config (they differ in the seed alone), name "
                  "(kd_0, kd_1), none")
      ->check(CLI::IsMember({"config", "name", "none"}))
      ->capture_default_str();
  app->add_option("--baseline", flags->baseline,
                  "what the others are compared with; default: first")
      ->type_name("NAME");
  app->add_flag("--all-pairs", flags->all_pairs, "compare every group with every other");
  app->add_option("--split", flags->split, "which predictions")
      ->check(CLI::IsMember({"train", "val", "test"}))
      ->capture_default_str();
  add_test_options(*app, *flags);
  app->add_option("--format", flags->format, "of the result")
      ->check(CLI::IsMember({"table", "markdown", "json", "csv"}))
      ->capture_default_str();
  app->footer(
      "Example:\n  dermdistill compare runs/alone_0 runs/alone_1 runs/kd_0 runs/kd_1\n"
      "  dermdistill compare --group alone=runs/a,runs/b --group kd=runs/c,runs/d --format "
      "markdown");
  app->callback([flags] { compare(*flags); });
}

}  // namespace derm
