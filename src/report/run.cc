#include "report/run.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "base/error.h"
#include "base/strings.h"
#include "eval/metrics_json.h"
#include "report/script_json.h"

namespace derm {
namespace {

// A JSON object of the run with typed access; a value of another type is an error, null is absent.
class Part {
 public:
  Part(const fs::path& path, Json json) : path_(path.string()), json_(std::move(json)) {
    if (!json_.is_object()) throw Error("not a map of keys", path_);
  }

  const Json* find(const char* key) const {
    return json_.contains(key) && !json_[key].is_null() ? &json_[key] : nullptr;
  }

  void text(const char* key, std::string& out) const {
    const Json* value = find(key);
    if (value == nullptr) return;
    if (!value->is_string()) wrong(key, "a text", *value);
    out = valid_utf8(value->get<std::string>());
  }

  void number(const char* key, std::optional<double>& out) const {
    const Json* value = find(key);
    if (value == nullptr) return;
    if (!value->is_number()) wrong(key, "a number", *value);
    out = value->get<double>();
  }

  void count(const char* key, std::optional<int64_t>& out) const {
    const Json* value = find(key);
    if (value == nullptr) return;
    if (!value->is_number_integer() || *value < 0) wrong(key, "a whole number from 0", *value);
    out = value->get<int64_t>();
  }

  void texts(const char* key, std::vector<std::string>& out) const {
    const Json* value = find(key);
    if (value == nullptr) return;
    const bool right = value->is_array() && std::all_of(value->begin(), value->end(),
                                                        [](auto& v) { return v.is_string(); });
    if (!right) wrong(key, "a list of texts", *value);
    out = value->get<std::vector<std::string>>();
    for (auto& item : out) item = valid_utf8(item);
  }

  const std::string& path() const { return path_; }

 private:
  [[noreturn]] void wrong(const char* key, const char* expected, const Json& got) const {
    throw Error(fmt::format("wrong type of '{}'", key), path_, expected, got.type_name());
  }

  std::string path_;
  Json json_;
};

void read_summary(ReportedRun& run) {
  const fs::path path = run.folder / "run.json";
  if (!fs::exists(path)) {
    run.missing.emplace_back("run.json: the training has not finished");
    return;
  }
  const Part part(path, read_json(path));
  std::vector<std::string> teachers;
  part.text("recipe", run.recipe);
  part.text("arch", run.arch);
  part.text("best_metric", run.best_metric);
  part.text("manifest_hash", run.trained_hash);
  part.text("protocol", run.protocol);
  part.texts("teachers", teachers);
  part.texts("classes", run.classes);
  part.count("parameters", run.parameters);
  part.count("macs", run.macs);
  part.count("seed", run.seed);
  part.count("best_epoch", run.best_epoch);
  part.number("best_value", run.best_value);
  part.number("seconds_total", run.seconds_total);
  run.teachers = join(teachers, ", ");
  run.manifest_hash = run.trained_hash;
}

void read_results(ReportedRun& run) {
  const fs::path path = run.folder / "results.csv";
  if (fs::exists(path))
    run.history = read_history(read_csv(path));
  else
    run.missing.emplace_back("results.csv: no training curve");
}

void read_predictions_part(ReportedRun& run, const std::string& split) {
  const fs::path path = run.folder / ("predictions_" + split + ".csv");
  if (!fs::exists(path)) {
    run.missing.push_back(path.filename().string() + ": no ROC curve");
    return;
  }
  run.predictions = read_predictions(path);
  if (run.predictions->split != split)
    throw Error("predictions of another split", path.string(), split, run.predictions->split);
}

void read_metrics(ReportedRun& run, const std::string& split) {
  const fs::path path = run.folder / ("metrics_" + split + ".json");
  if (!fs::exists(path)) {
    if (run.predictions) {
      run.metrics = evaluate(run.predictions->scores);
      run.classes = run.predictions->classes;
    } else {
      run.missing.push_back(
          fmt::format("{}: run `dermdistill val --split {}`", path.filename().string(), split));
    }
    return;
  }
  const Part part(path, read_json(path));
  part.text("arch", run.arch);
  part.count("parameters", run.parameters);
  part.count("macs", run.macs);
  part.texts("classes", run.classes);
  // The evaluated data may be others than those of the training.
  part.text("protocol", run.protocol);
  part.text("manifest_hash", run.manifest_hash);
  part.text("preprocess", run.contract);
  std::string measured = split;
  part.text("split", measured);
  if (measured != split) throw Error("metrics of another split", path.string(), split, measured);
  const Json* metrics = part.find("metrics");
  if (metrics == nullptr) throw Error("no 'metrics' in the file", path.string());
  run.metrics = metrics_from_json(*metrics, path.string());
}

void check_classes(const ReportedRun& run) {
  const std::string where = run.folder.string();
  if (run.metrics && run.classes.size() != run.metrics->per_class.size())
    throw Error("class names and metrics differ", where,
                fmt::format("{} names", run.metrics->per_class.size()),
                fmt::format("{} names", run.classes.size()));
  if (run.predictions && run.predictions->classes != run.classes)
    throw Error("classes of the predictions and of the metrics differ", where,
                join(run.classes, ", "), join(run.predictions->classes, ", "));
}

void read_weights_size(ReportedRun& run) {
  std::error_code error;
  const auto bytes = fs::file_size(run.folder / "weights" / "best.safetensors", error);
  if (error)
    run.missing.emplace_back("weights/best.safetensors: no size");
  else
    run.size_mb = static_cast<double>(bytes) / 1e6;
}

std::string folder_name(const fs::path& folder) {
  const fs::path clean = fs::absolute(folder).lexically_normal();
  const fs::path name = clean.has_filename() ? clean.filename() : clean.parent_path().filename();
  return valid_utf8(name.string());
}

}  // namespace

std::optional<size_t> ReportedRun::melanoma() const {
  for (size_t c = 0; c < classes.size(); ++c) {
    const auto label = lower(classes[c]);
    if (label == "mel" || label == "melanoma") return c;
  }
  return std::nullopt;
}

std::optional<double> ReportedRun::melanoma_sensitivity() const {
  const auto index = melanoma();
  if (!index || !metrics || std::isnan(metrics->per_class[*index].recall)) return std::nullopt;
  return metrics->per_class[*index].recall;
}

ReportedRun read_trained_run(const fs::path& folder) {
  if (!fs::exists(folder / "config.yaml") && !fs::exists(folder / "run.json"))
    throw Error("not a run directory", folder.string(), "a folder with config.yaml or run.json");
  ReportedRun run;
  run.folder = folder;
  run.name = folder_name(folder);
  read_summary(run);
  read_results(run);
  return run;
}

ReportedRun read_reported_run(const fs::path& folder, const std::string& split) {
  ReportedRun run = read_trained_run(folder);
  read_predictions_part(run, split);
  read_metrics(run, split);
  check_classes(run);
  read_weights_size(run);
  if (!run.evaluated_on_other_split()) run.manifest = read_cohort(folder);
  if (run.manifest && run.protocol.empty()) run.protocol = run.manifest->protocol;
  return run;
}

std::vector<ReportedRun> read_reported_runs(const std::vector<fs::path>& folders,
                                            const std::string& split) {
  std::vector<ReportedRun> runs;
  std::multiset<std::string> names;
  for (const auto& folder : folders) {
    runs.push_back(read_reported_run(folder, split));
    names.insert(runs.back().name);
  }
  std::set<std::string> taken;
  for (auto& run : runs) {
    if (names.count(run.name) > 1) run.name = valid_utf8(run.folder.lexically_normal().string());
    const std::string base = run.name;
    for (int i = 2; !taken.insert(run.name).second; ++i) run.name = fmt::format("{} ({})", base, i);
  }
  return runs;
}

void measure_runs(std::vector<ReportedRun>& runs, const Bootstrap& options) {
  for (auto& run : runs) {
    if (!run.predictions) continue;
    const auto melanoma = run.melanoma();
    run.measures = measures_of(*run.predictions, run.manifest ? &*run.manifest : nullptr,
                               melanoma ? static_cast<int64_t>(*melanoma) : -1, options);
  }
}

}  // namespace derm
