// `dermdistill runs list`: the runs below a folder, from their index.
#include <algorithm>
#include <cstdio>
#include <memory>
#include <set>

#include "base/error.h"
#include "base/json.h"
#include "base/log.h"
#include "base/progress.h"
#include "base/strings.h"
#include "cli/command.h"
#include "eval/metric_names.h"
#include "eval/table.h"
#include "report/run_index.h"

namespace derm {
namespace {

struct RunsListFlags {
  std::string folder, index, recipe, arch, split = "test", sort;
  std::vector<std::string> metrics = {"balanced_accuracy", "accuracy", "macro_auc_ovr"};
  std::optional<int64_t> seed;
  bool json = false;
};

bool is_listed(const IndexedRun& run, const RunsListFlags& flags) {
  return (flags.recipe.empty() || run.recipe == flags.recipe) &&
         (flags.arch.empty() || run.arch == flags.arch) && (!flags.seed || run.seed == flags.seed);
}

// Throws Error on a name that is no metric; of one class it is RATIO.CLASS.
bool is_better_higher(const std::string& metric) {
  const auto dot = metric.find('.');
  if (dot == std::string::npos) return higher_is_better(metric);
  std::vector<std::string> ratios;
  for (const auto& ratio : named_class_metrics()) ratios.emplace_back(ratio.name);
  const std::string ratio = metric.substr(0, dot);
  if (std::find(ratios.begin(), ratios.end(), ratio) == ratios.end())
    throw Error(fmt::format("no metric '{}'{}", metric, did_you_mean(ratio, ratios)), "",
                join(ratios, ", ") + " of a class");
  return true;
}

// Best first; runs without the metric last.
void sort_by_metric(std::vector<IndexedRun>& runs, const RunsListFlags& flags) {
  const bool higher = is_better_higher(flags.sort);
  std::stable_sort(runs.begin(), runs.end(), [&](const IndexedRun& a, const IndexedRun& b) {
    const auto x = a.metric(flags.split, flags.sort), y = b.metric(flags.split, flags.sort);
    if (!x || !y) return x.has_value() && !y;
    return higher ? *x > *y : *x < *y;
  });
}

void sort_runs(std::vector<IndexedRun>& runs, const RunsListFlags& flags) {
  const auto by = [&](const auto member) {
    std::stable_sort(runs.begin(), runs.end(),
                     [&](const auto& a, const auto& b) { return a.*member < b.*member; });
  };
  if (flags.sort.empty()) return;  // by folder already
  if (flags.sort == "name") return by(&IndexedRun::name);
  if (flags.sort == "recipe") return by(&IndexedRun::recipe);
  if (flags.sort == "seed") return by(&IndexedRun::seed);
  if (flags.sort == "parameters") return by(&IndexedRun::parameters);
  if (flags.sort == "seconds_total") return by(&IndexedRun::seconds_total);
  sort_by_metric(runs, flags);
}

Json splits_json(const IndexedRun& run) {
  Json out = Json::object();
  for (const auto& [split, measured] : run.splits)
    out[split] = {{"manifest_hash", measured.manifest_hash}, {"metrics", measured.values}};
  return out;
}

Json indexed_run_json(const IndexedRun& run) {
  const auto or_null = [](const auto& value) { return value ? Json(*value) : Json(nullptr); };
  return {{"folder", run.folder},
          {"name", run.name},
          {"recipe", run.recipe},
          {"arch", run.arch},
          {"teachers", run.teachers},
          {"seed", or_null(run.seed)},
          {"finished", run.finished()},
          {"epochs", or_null(run.epochs)},
          {"best_epoch", or_null(run.best_epoch)},
          {"best_metric", run.best_metric},
          {"best_value", or_null(run.best_value)},
          {"parameters", or_null(run.parameters)},
          {"macs", or_null(run.macs)},
          {"seconds_total", or_null(run.seconds_total)},
          {"protocol", run.protocol},
          {"manifest_hash", run.manifest_hash},
          {"splits", splits_json(run)},
          {"problem", run.problem}};
}

std::string runs_json(const std::vector<IndexedRun>& runs) {
  Json all = Json::array();
  for (const auto& run : runs) all.push_back(indexed_run_json(run));
  // Folders may have names that are no UTF-8.
  return all.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string runs_table(const std::vector<IndexedRun>& runs, const RunsListFlags& flags) {
  std::vector<std::string> header = {"run", "recipe", "architecture", "seed", "epochs", "time"};
  for (const auto& metric : flags.metrics) header.push_back(flags.split + " " + metric);
  TextTable table(header);
  const auto count = [](std::optional<int64_t> value) {
    return value ? std::to_string(*value) : "n/a";
  };
  for (const auto& run : runs) {
    std::vector<std::string> row = {
        run.folder,        run.recipe,
        run.arch,          count(run.seed),
        count(run.epochs), run.finished() ? format_duration(*run.seconds_total) : "not finished"};
    for (const auto& metric : flags.metrics) {
      const auto value = run.metric(flags.split, metric);
      row.push_back(value ? format_score(*value) : "n/a");
    }
    table.add(std::move(row));
  }
  return table.str();
}

void warn_of_manifests(const std::vector<IndexedRun>& runs, const std::string& split) {
  std::set<std::string> hashes;
  for (const auto& run : runs)
    if (const auto measured = run.splits.find(split); measured != run.splits.end())
      hashes.insert(measured->second.manifest_hash);
  if (hashes.size() > 1)
    log_warn("metrics of {} different manifests: runs of different images cannot be ranked",
             hashes.size());
}

void list_runs(const RunsListFlags& flags) {
  for (const auto& metric : flags.metrics) is_better_higher(metric);  // throws on an unknown one
  const fs::path folder = flags.folder;
  RunIndex index = update_run_index(
      folder, flags.index.empty() ? folder / kRunIndexName : fs::path(flags.index));
  for (const auto& note : index.notes) log_warn("index of runs: {}", note);
  auto& runs = index.runs;
  for (const auto& run : runs)
    if (!run.problem.empty()) log_warn("{}: {}", run.folder, run.problem);
  runs.erase(std::remove_if(runs.begin(), runs.end(),
                            [&](const auto& run) { return !is_listed(run, flags); }),
             runs.end());
  sort_runs(runs, flags);
  warn_of_manifests(runs, flags.split);
  std::fputs((flags.json ? runs_json(runs) : runs_table(runs, flags)).c_str(), stdout);
}

}  // namespace

void add_runs_list(CLI::App& parent, int&) {
  auto flags = std::make_shared<RunsListFlags>();
  auto* app = parent.add_subcommand("list", "the runs below a folder, with what they measured");
  app->add_option("folder", flags->folder, "folder that holds run directories, at any depth")
      ->required()
      ->type_name("FOLDER");
  app->add_option("--recipe", flags->recipe, "only runs of this recipe");
  app->add_option("--arch", flags->arch, "only runs of this network");
  app->add_option("--seed", flags->seed, "only runs of this seed");
  app->add_option("--split", flags->split, "whose metrics")
      ->check(CLI::IsMember({"train", "val", "test"}))
      ->capture_default_str();
  app->add_option("--metric", flags->metrics, "columns: metrics, or recall.MEL and the like")
      ->delimiter(',')
      ->capture_default_str();
  app->add_option("--sort", flags->sort,
                  "name, recipe, seed, parameters, seconds_total, or a metric (best first)");
  app->add_flag("--json", flags->json, "print JSON with every metric");
  app->add_option("--index", flags->index,
                  "where the index lies [FOLDER/.runs.sqlite]; it may be deleted at any time")
      ->type_name("FILE");
  app->footer(
      "Example:\n  dermdistill runs list runs --recipe kd --metric accuracy,recall.MEL "
      "--sort recall.MEL");
  app->callback([flags] { list_runs(*flags); });
}

}  // namespace derm
