#include "report/indexed_run.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/json.h"
#include "base/strings.h"
#include "base/tree.h"
#include "eval/metric_names.h"
#include "eval/metrics_json.h"
#include "report/run.h"
#include "report/script_json.h"

namespace derm {
namespace {

// A text below `key`, where there is one and `out` has none.
void fill_text(const Json& json, const char* key, std::string& out) {
  if (out.empty() && json.is_object() && json.contains(key) && json[key].is_string())
    out = valid_utf8(json[key].get<std::string>());
}

// A run that has not finished has no summary: its inputs say what it is.
void fill_from_inputs(const fs::path& folder, IndexedRun& run) {
  if (fs::exists(folder / "config.yaml")) {
    const Tree config = read_yaml(folder / "config.yaml");
    fill_text(config.value, "recipe", run.recipe);
    fill_text(config.value, "student", run.arch);
    if (!run.seed && config.has("seed") && config.value["seed"].is_number_integer())
      run.seed = config.value["seed"].get<int64_t>();
  }
  if (!fs::exists(folder / "manifest.json")) return;
  const Json manifest = read_json(folder / "manifest.json");
  fill_text(manifest, "protocol", run.protocol);
  fill_text(manifest, "split_hash", run.manifest_hash);
}

void add_value(MeasuredSplit& split, const std::string& name, double value) {
  if (std::isfinite(value)) split.values[name] = value;
}

std::vector<std::string> class_names(const Json& json, size_t expected, const fs::path& file) {
  std::vector<std::string> out;
  if (json.contains("classes") && json["classes"].is_array())
    for (const auto& name : json["classes"])
      if (name.is_string()) out.push_back(valid_utf8(name.get<std::string>()));
  if (out.size() != expected)
    throw Error("class names and metrics differ", file.string(), fmt::format("{} names", expected),
                fmt::format("{} names", out.size()));
  return out;
}

MeasuredSplit read_measured_split(const fs::path& file) {
  const Json json = read_json(file);
  if (!json.is_object() || !json.contains("metrics"))
    throw Error("no 'metrics' in the file", file.string());
  const Metrics metrics = metrics_from_json(json["metrics"], file.string());
  MeasuredSplit out;
  fill_text(json, "manifest_hash", out.manifest_hash);
  for (const auto& metric : named_metrics()) add_value(out, metric.name, metrics.*metric.value);
  const auto classes = class_names(json, metrics.per_class.size(), file);
  for (size_t c = 0; c < classes.size(); ++c)
    for (const auto& ratio : named_class_metrics())
      add_value(out, ratio.name + ("." + classes[c]), metrics.per_class[c].*ratio.value);
  return out;
}

bool is_read(const std::string& name) {
  return name == "config.yaml" || name == "run.json" || name == "results.csv" ||
         name == "manifest.json" || starts_with(name, "metrics_");
}

}  // namespace

std::optional<double> IndexedRun::metric(const std::string& split,
                                         const std::string& metric_name) const {
  const auto measured = splits.find(split);
  if (measured == splits.end()) return std::nullopt;
  const auto found = measured->second.values.find(metric_name == "loss" ? "log_loss" : metric_name);
  if (found == measured->second.values.end()) return std::nullopt;
  return found->second;
}

IndexedRun read_indexed_run(const fs::path& root, const fs::path& folder) {
  const ReportedRun training = read_trained_run(folder);
  IndexedRun run;
  run.folder = folder.lexically_relative(root).string();
  run.name = training.name;
  run.recipe = training.recipe;
  run.arch = training.arch;
  run.teachers = training.teachers;
  run.best_metric = training.best_metric;
  run.protocol = training.protocol;
  run.manifest_hash = training.trained_hash;
  run.seed = training.seed;
  run.parameters = training.parameters;
  run.macs = training.macs;
  run.epochs = static_cast<int64_t>(training.history.size());
  run.best_epoch = training.best_epoch;
  run.best_value = training.best_value;
  run.seconds_total = training.seconds_total;
  fill_from_inputs(folder, run);
  for (const std::string split : {"train", "val", "test"})
    if (const fs::path file = folder / ("metrics_" + split + ".json"); fs::exists(file))
      run.splits[split] = read_measured_split(file);
  return run;
}

IndexedRun read_indexed_run_or_problem(const fs::path& root, const fs::path& folder) {
  try {
    return read_indexed_run(root, folder);
  } catch (const Error& error) {
    IndexedRun run;
    run.folder = folder.lexically_relative(root).string();
    run.name = valid_utf8(folder.filename().string());
    run.problem = valid_utf8(error.what());
    return run;
  }
}

std::string stamp_of_run(const fs::path& folder) {
  std::error_code error;
  std::vector<std::string> parts;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename().string();
    if (!is_read(name)) continue;
    const auto size = fs::file_size(entry.path(), error);
    const auto time = fs::last_write_time(entry.path(), error).time_since_epoch().count();
    parts.push_back(fmt::format("{} {} {}", name, size, time));
  }
  std::sort(parts.begin(), parts.end());
  return fs::weakly_canonical(folder, error).string() + "\n" + join(parts, "\n");
}

}  // namespace derm
