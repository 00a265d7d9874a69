// `dermdistill runs show`: one run at a glance.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>
#include <set>

#include "base/error.h"
#include "base/progress.h"
#include "base/strings.h"
#include "base/tree.h"
#include "cli/command.h"
#include "eval/table.h"
#include "report/indexed_run.h"
#include "report/run.h"

namespace derm {
namespace {

// Keys of config.yaml that say what a run is; the rest is in the file.
constexpr const char* kHighlights[] = {"recipe",
                                       "student",
                                       "weights",
                                       "teachers",
                                       "peers",
                                       "data",
                                       "seed",
                                       "class_weights",
                                       "batch_size",
                                       "preprocess.side_px",
                                       "augment.pipeline",
                                       "sampler"};

// A text as it is, anything else as JSON; empty where there is no such key.
std::string value_text(const Json& json, const char* key) {
  if (!json.is_object() || !json.contains(key)) return "";
  return json[key].is_string() ? json[key].get<std::string>() : json[key].dump();
}

std::string highlight(const Json& config, const std::string& dotted) {
  Json at = config;
  const auto keys = derm::split(dotted, '.');
  for (size_t i = 0; i + 1 < keys.size() && at.is_object(); ++i)
    at = at.value(keys[i], Json::object());
  return value_text(at, keys.back().c_str());
}

std::string stage_line(const Json& stage) {
  std::vector<std::string> terms;
  if (stage.contains("terms") && stage["terms"].is_array())
    for (const auto& term : stage["terms"]) {
      const std::string weight = value_text(term, "weight");  // not written where it is 1
      terms.push_back((weight.empty() ? "" : weight + " ") + value_text(term, "term"));
    }
  const Json optim = stage.value("optim", Json::object());
  return fmt::format("stage {}: {} epochs, {} with learning rate {}, loss {}\n",
                     value_text(stage, "name"), value_text(stage, "epochs"),
                     value_text(optim, "kind"), value_text(optim, "lr"), join(terms, " + "));
}

std::string config_lines(const fs::path& file) {
  if (!fs::exists(file)) return "";
  const Json config = read_yaml(file).value;
  if (!config.is_object()) return "";
  std::string out;
  for (const char* key : kHighlights)
    if (const auto value = highlight(config, key); !value.empty() && value != "[]")
      out += fmt::format("{}: {}\n", key, value);
  const Json stages = config.value("stages", Json::array());
  for (const auto& stage : stages)
    if (stage.is_object()) out += stage_line(stage);
  return out;
}

std::string training_line(const IndexedRun& run) {
  if (!run.finished()) return "the training has not finished\n";
  return fmt::format("kept: epoch {} by val {} {}; trained in {}\n", run.best_epoch.value_or(0),
                     run.best_metric, format_score(run.best_value.value_or(std::nan(""))),
                     format_duration(*run.seconds_total));
}

std::string epochs_table(const std::vector<Epoch>& history) {
  constexpr size_t kShown = 10;
  if (history.empty()) return "no epoch yet\n";
  const size_t first = history.size() - std::min(kShown, history.size());
  TextTable table({"stage", "epoch", "train loss", "val loss", "val balanced accuracy"});
  for (size_t i = first; i < history.size(); ++i)
    table.add({history[i].stage, std::to_string(history[i].number),
               format_score(history[i].train_loss), format_score(history[i].val_loss),
               format_score(history[i].val_balanced_accuracy)});
  if (first == 0) return table.str();
  return table.str() +
         fmt::format("the last {} of {} epochs; all: results.csv\n", kShown, history.size());
}

std::string splits_table(const IndexedRun& run, const std::string& folder) {
  if (run.splits.empty()) return fmt::format("not measured: dermdistill val {}\n", folder);
  std::set<std::string> names;
  std::vector<std::string> header = {"metric"};
  for (const auto& [split, measured] : run.splits) {
    header.push_back(split);
    for (const auto& [name, value] : measured.values) names.insert(name);
  }
  TextTable table(header);
  for (const auto& name : names) {
    std::vector<std::string> row = {name};
    for (const auto& [split, measured] : run.splits)
      row.push_back(format_score(run.metric(split, name).value_or(std::nan(""))));
    table.add(std::move(row));
  }
  std::string out = table.str();
  for (const auto& [split, measured] : run.splits)
    if (!measured.manifest_hash.empty() && measured.manifest_hash != run.manifest_hash)
      out += fmt::format("{}: measured on another manifest, {}\n", split, measured.manifest_hash);
  return out;
}

// Files one by one, folders other than the weights' as one line each.
std::string files_table(const fs::path& folder) {
  struct Line {
    int64_t files = 0, bytes = 0;
  };
  std::map<std::string, Line> lines;
  for (const auto& file : list_files(folder)) {
    const fs::path relative = file.lexically_relative(folder);
    const bool folded = relative.has_parent_path() && *relative.begin() != "weights";
    Line& line = lines[folded ? relative.begin()->string() + "/" : relative.string()];
    ++line.files;
    line.bytes += static_cast<int64_t>(fs::file_size(file));
  }
  TextTable table({"file", "files", "bytes"});
  for (const auto& [name, line] : lines)
    table.add({name, format_count(line.files), format_count(line.bytes)});
  return table.str();
}

std::string run_text(const fs::path& folder) {
  const ReportedRun training = read_trained_run(folder);
  const IndexedRun run = read_indexed_run(folder, folder);
  std::string out = training.name + "\n\n" + config_lines(folder / "config.yaml");
  if (!run.protocol.empty()) out += "protocol: " + run.protocol + "\n";
  if (!run.manifest_hash.empty()) out += "manifest: " + run.manifest_hash + "\n";
  return out + training_line(run) + "\n" + epochs_table(training.history) + "\n" +
         splits_table(run, folder.string()) + "\n" + files_table(folder);
}

}  // namespace

void add_runs_show(CLI::App& parent, int&) {
  auto folder = std::make_shared<std::string>();
  auto* app = parent.add_subcommand("show", "configuration, epochs, metrics and files of a run");
  app->add_option("run", *folder, "run directory")->required()->type_name("RUN");
  app->footer("Example:\n  dermdistill runs show runs/distill/kd");
  app->callback([folder] { std::fputs(run_text(*folder).c_str(), stdout); });
}

}  // namespace derm
