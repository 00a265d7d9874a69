#include "cli/compare_runs.h"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include "base/csv.h"
#include "base/error.h"
#include "base/strings.h"
#include "base/tree.h"
#include "data/manifest.h"
#include "eval/bootstrap.h"

namespace derm {
namespace {

ReportedRun read_run_to_compare(const fs::path& folder, const std::string& split) {
  ReportedRun run = read_reported_run(folder, split);
  if (!run.predictions)
    throw Error(fmt::format("the run has no predictions of split {}", split), folder.string(),
                fmt::format("predictions_{0}.csv: make it with `dermdistill val {1} --split {0}`",
                            split, folder.string()));
  if (run.manifest_hash.empty() && fs::exists(folder / "manifest.csv"))
    run.manifest_hash = read_manifest(folder / "manifest.csv").hash();
  const Tree config =
      fs::exists(folder / "config.yaml") ? read_yaml(folder / "config.yaml") : Tree();
  if (!run.seed && config.has("seed") && config.value["seed"].is_number_integer())
    run.seed = config.value["seed"].get<int64_t>();
  return run;
}

std::string predictions_file(const ReportedRun& run) {
  return (run.folder / ("predictions_" + run.predictions->split + ".csv")).string();
}

// What a row says beside the probabilities.
std::string row_text(const Predictions& p, size_t row) {
  return fmt::format("{}, lesion '{}'", p.classes[static_cast<size_t>(p.scores.labels[row])],
                     p.lesion_ids[row]);
}

// Puts the rows of `run` into the order of `first`, which must be of the same images.
void align(ReportedRun& run, const ReportedRun& first) {
  const Predictions &from = *run.predictions, &to = *first.predictions;
  std::unordered_map<std::string, size_t> row_of;
  for (size_t i = 0; i < from.image_ids.size(); ++i) row_of.emplace(from.image_ids[i], i);
  Predictions out = to;
  out.scores.probabilities.clear();
  for (size_t i = 0; i < to.image_ids.size(); ++i) {
    const auto found = row_of.find(to.image_ids[i]);
    if (found == row_of.end())
      throw Error("runs were not evaluated on the same images", predictions_file(run),
                  fmt::format("image {}, as in {}", to.image_ids[i], predictions_file(first)),
                  "no such image");
    if (row_text(from, found->second) != row_text(to, i))
      throw Error(fmt::format("runs disagree about image {}", to.image_ids[i]),
                  predictions_file(run),
                  fmt::format("{}, as in {}", row_text(to, i), predictions_file(first)),
                  row_text(from, found->second));
    const double* row = from.scores.row(static_cast<int64_t>(found->second));
    out.scores.probabilities.insert(out.scores.probabilities.end(), row, row + from.scores.classes);
    row_of.erase(found);
  }
  if (!row_of.empty()) {
    const auto extra = std::find_if(from.image_ids.begin(), from.image_ids.end(),
                                    [&](const auto& id) { return row_of.count(id) > 0; });
    throw Error("runs were not evaluated on the same images", predictions_file(run),
                "the images of " + predictions_file(first), "image " + *extra + " too");
  }
  run.predictions = std::move(out);
}

std::string manifest_row_text(const CsvTable& table, size_t row) {
  const auto cell = [&](const char* name) { return table.rows[row][table.column(name)]; };
  return fmt::format("image {} in {}, class {}, lesion '{}'", cell("image_id"), cell("split"),
                     cell("class"), cell("lesion_id"));
}

// The first row in which two manifests differ, in words; nothing where one is not at hand.
std::string first_difference(const ReportedRun& run, const ReportedRun& first) {
  for (const ReportedRun* side : {&run, &first})
    if (side->evaluated_on_other_split() || !fs::exists(side->folder / "manifest.csv")) return "";
  const CsvTable here = read_csv(run.folder / "manifest.csv");
  const CsvTable there = read_csv(first.folder / "manifest.csv");
  for (size_t i = 0; i < std::min(here.rows.size(), there.rows.size()); ++i) {
    const auto mine = manifest_row_text(here, i), other = manifest_row_text(there, i);
    if (mine != other) return fmt::format("; the first difference: {} here, {} there", mine, other);
  }
  return fmt::format("; {} rows here, {} there", here.rows.size(), there.rows.size());
}

// The file that says on which manifest a run was evaluated.
std::string manifest_file(const ReportedRun& run) {
  if (!run.evaluated_on_other_split()) return (run.folder / "manifest.csv").string();
  return (run.folder / ("metrics_" + run.predictions->split + ".json")).string();
}

void check_same_manifest(const ReportedRun& run, const ReportedRun& first) {
  if (run.predictions->classes != first.predictions->classes)
    throw Error("runs of different classes", predictions_file(run),
                join(first.predictions->classes, ", ") + ", as in " + predictions_file(first),
                join(run.predictions->classes, ", "));
  if (run.manifest_hash == first.manifest_hash) return;
  throw Error("runs were not evaluated on the same manifest", manifest_file(run),
              fmt::format("hash {}, as in {}", first.manifest_hash, manifest_file(first)),
              run.manifest_hash + first_difference(run, first));
}

void check_once(const std::vector<ReportedRun>& runs) {
  std::set<fs::path> seen;
  for (const auto& run : runs)
    if (!seen.insert(fs::weakly_canonical(run.folder)).second)
      throw UsageError("a run stands twice in the comparison", run.folder.string());
}

// Keys that say how a run is computed and do not change what it is meant to be.
constexpr const char* kNotTheMethod[] = {"seed", "threads", "workers", "device", "cache_dir"};

std::string name_without_number(const std::string& name) {
  const size_t end = name.find_last_not_of("0123456789");
  if (end == std::string::npos || end + 1 == name.size()) return name;
  const size_t stem = name.find_last_not_of("_-. ", end);
  return stem == std::string::npos ? name : name.substr(0, stem + 1);
}

// Runs of one key belong together; empty: the run stays alone.
std::string grouping_key(const ReportedRun& run, SeedGrouping grouping) {
  if (grouping == SeedGrouping::kName) return name_without_number(run.name);
  const fs::path file = run.folder / "config.yaml";
  if (grouping == SeedGrouping::kNone || !fs::exists(file)) return "";
  Tree config = read_yaml(file);
  for (const char* key : kNotTheMethod) config.value.erase(key);
  return config.value.dump();
}

// The part that the names share, or the first name where that is none.
std::string group_name(const ComparedRuns& compared, const std::vector<size_t>& runs) {
  const auto& first = compared.runs[runs.front()].name;
  if (runs.size() == 1) return first;
  const std::string stem = name_without_number(first);
  const bool shared = std::all_of(runs.begin(), runs.end(), [&](size_t i) {
    return name_without_number(compared.runs[i].name) == stem;
  });
  return shared ? stem : first + fmt::format(" (and {} more)", runs.size() - 1);
}

void sort_by_seed(ComparedRuns& compared) {
  for (auto& group : compared.groups)
    std::stable_sort(group.runs.begin(), group.runs.end(), [&](size_t a, size_t b) {
      return compared.runs[a].seed < compared.runs[b].seed;
    });
}

// Names must tell groups apart in the table.
void check_names(const ComparedRuns& compared) {
  std::set<std::string> names;
  for (const auto& group : compared.groups)
    if (!names.insert(group.name).second)
      throw UsageError("two groups of one name", group.name,
                       "--group with other names, or --seeds config");
}

void add_groups(ComparedRuns& compared, const std::vector<GroupRequest>& requests,
                SeedGrouping grouping) {
  std::map<std::string, size_t> by_key;
  size_t next = 0;
  for (const auto& request : requests) {
    std::vector<size_t> runs;
    for (size_t i = 0; i < request.runs.size(); ++i) runs.push_back(next++);
    if (!request.name.empty()) {
      compared.groups.push_back({request.name, runs});
      continue;
    }
    const std::string key = grouping_key(compared.runs[runs.front()], grouping);
    const auto found = key.empty() ? by_key.end() : by_key.find(key);
    if (found != by_key.end()) {
      compared.groups[found->second].runs.push_back(runs.front());
      continue;
    }
    if (!key.empty()) by_key.emplace(key, compared.groups.size());
    compared.groups.push_back({"", runs});
  }
  for (auto& group : compared.groups)
    if (group.name.empty()) group.name = group_name(compared, group.runs);
  sort_by_seed(compared);
  check_names(compared);
}

void warn_of_leaks(const ComparedRuns& compared, std::vector<std::string>& out) {
  for (const auto& run : compared.runs)
    if (is_leaky(run.protocol))
      out.push_back(fmt::format("{}: {}: copies of one image are in train and in test", run.name,
                                run.protocol));
}

void warn_of_selection(const ComparedRuns& compared, std::vector<std::string>& out) {
  std::map<std::string, std::string> by_metric;  // metric -> the first run that was chosen by it
  for (const auto& run : compared.runs) {
    if (run.best_metric.empty())
      out.push_back(run.name +
                    ": not finished, or without run.json: how its epoch was chosen is "
                    "not known");
    else
      by_metric.emplace(run.best_metric, run.name);
  }
  if (by_metric.size() < 2) return;
  std::vector<std::string> parts;
  for (const auto& [metric, run] : by_metric) parts.push_back(metric + " (" + run + ")");
  out.push_back("the kept epochs were chosen by different metrics: " + join(parts, ", "));
}

void warn_of_seeds(const ComparedRuns& compared, std::vector<std::string>& out) {
  constexpr size_t kFewSeeds = 5;
  bool alone = false, few = false;
  for (const auto& group : compared.groups) {
    alone = alone || group.runs.size() == 1;
    few = few || (group.runs.size() > 1 && group.runs.size() < kFewSeeds);
    std::set<std::optional<int64_t>> seeds;
    for (const size_t i : group.runs)
      if (!seeds.insert(compared.runs[i].seed).second)
        out.push_back(group.name +
                      ": two runs of one seed, or of none that is known, count as two");
  }
  if (alone)
    out.emplace_back("groups of one run: what is said holds for that run, not for its method");
  if (few)
    out.push_back(
        fmt::format("groups of fewer than {} seeds: their spread is underestimated, "
                    "intervals are too narrow",
                    kFewSeeds));
}

}  // namespace

GroupRequest parse_group(const std::string& text) {
  const size_t at = text.find('=');
  GroupRequest out;
  if (at != std::string::npos) {
    out.name = text.substr(0, at);
    for (const auto& run : derm::split(text.substr(at + 1), ','))
      if (!run.empty()) out.runs.emplace_back(run);
  }
  if (out.name.empty() || out.runs.empty())
    throw UsageError("not a group of runs", "--group " + text, "NAME=RUN,RUN,...");
  return out;
}

std::vector<NetworkGroup> ComparedRuns::network_groups() const {
  std::vector<NetworkGroup> out;
  for (const auto& group : groups) {
    NetworkGroup networks{group.name, {}, {}};
    for (const size_t i : group.runs) {
      networks.networks.push_back(&runs[i].predictions->scores);
      networks.seeds.push_back(runs[i].seed);
    }
    out.push_back(std::move(networks));
  }
  return out;
}

ComparedRuns read_compared_runs(const std::vector<GroupRequest>& requests, const std::string& split,
                                SeedGrouping grouping) {
  ComparedRuns out;
  for (const auto& request : requests)
    for (const auto& folder : request.runs) out.runs.push_back(read_run_to_compare(folder, split));
  check_once(out.runs);
  for (size_t i = 1; i < out.runs.size(); ++i) {
    check_same_manifest(out.runs[i], out.runs.front());
    align(out.runs[i], out.runs.front());
  }
  add_groups(out, requests, grouping);
  if (out.groups.size() < 2)
    throw UsageError("nothing to compare with", out.groups.empty() ? "" : out.groups.front().name,
                     "at least two groups (--seeds none keeps runs of one method apart)");
  return out;
}

std::vector<std::string> comparison_warnings(const ComparedRuns& compared,
                                             const std::string& split) {
  std::vector<std::string> out;
  if (split == "val")
    out.emplace_back("the kept epochs were chosen on these images: use --split test for a result");
  if (split == "train") out.emplace_back("the networks were trained on these images");
  warn_of_leaks(compared, out);
  warn_of_selection(compared, out);
  warn_of_seeds(compared, out);
  constexpr size_t kFewLesions = 100;
  const size_t lesions = RowGroups(compared.first().lesion_ids).size();
  if (lesions < kFewLesions)
    out.push_back(fmt::format("{} lesions: intervals of so few are too narrow", lesions));
  return out;
}

}  // namespace derm
