// `dermdistill runs diff`: where two runs differ.
#include <cstdio>
#include <map>
#include <memory>
#include <set>

#include "base/error.h"
#include "base/tree.h"
#include "cli/command.h"
#include "eval/table.h"
#include "report/indexed_run.h"

namespace derm {
namespace {

using FlatConfig = std::map<std::string, std::string>;

// An item of a list goes by its term or its name, as in `--set`; a second one of the same by its
// place.
std::string item_key(const Json& item, size_t place, const std::set<std::string>& taken) {
  for (const char* key : {"term", "name"})
    if (item.is_object() && item.contains(key) && item[key].is_string() &&
        taken.count(item[key].get<std::string>()) == 0)
      return item[key].get<std::string>();
  return std::to_string(place);
}

// The leaves of a configuration by dotted key.
void flatten(const Json& value, const std::string& path, FlatConfig& out) {
  const auto below = [&](const std::string& key) { return path.empty() ? key : path + "." + key; };
  if (value.is_object()) {
    for (const auto& [key, item] : value.items()) flatten(item, below(key), out);
  } else if (value.is_array() && !value.empty() && value.front().is_object()) {
    std::set<std::string> taken;
    for (size_t i = 0; i < value.size(); ++i) {
      const std::string key = item_key(value[i], i, taken);
      taken.insert(key);
      flatten(value[i], below(key), out);
    }
  } else {
    out[path] = value.is_string() ? value.get<std::string>() : value.dump();
  }
}

FlatConfig flat_config(const fs::path& run) {
  FlatConfig out;
  if (fs::exists(run / "config.yaml")) flatten(read_yaml(run / "config.yaml").value, "", out);
  return out;
}

std::string config_difference(const fs::path& first, const fs::path& second) {
  const FlatConfig a = flat_config(first), b = flat_config(second);
  std::set<std::string> keys;
  for (const auto* side : {&a, &b})
    for (const auto& [key, value] : *side) keys.insert(key);
  const auto shown = [](const FlatConfig& config, const std::string& key) {
    const auto found = config.find(key);
    return found == config.end() ? std::string("(not set)") : found->second;
  };
  TextTable table({"key", "first", "second"});
  bool any = false;
  for (const auto& key : keys) {
    if (shown(a, key) == shown(b, key)) continue;
    table.add({key, shown(a, key), shown(b, key)});
    any = true;
  }
  return any ? table.str() : "the configurations are the same\n";
}

std::string metrics_difference(const IndexedRun& first, const IndexedRun& second) {
  TextTable table({"split", "metric", "first", "second", "second - first"});
  std::string notes;
  bool any = false;
  for (const auto& [split, measured] : first.splits) {
    const auto other = second.splits.find(split);
    if (other == second.splits.end()) continue;
    if (measured.manifest_hash != other->second.manifest_hash)
      notes += split + ": measured on different manifests, the metrics are of other images\n";
    for (const auto& [name, value] : measured.values)
      if (const auto theirs = second.metric(split, name)) {
        table.add({split, name, format_score(value), format_score(*theirs),
                   fmt::format("{:+.4f}", *theirs - value)});
        any = true;
      }
  }
  return any ? table.str() + notes : "no split is measured in both\n";
}

std::string manifest_difference(const IndexedRun& first, const IndexedRun& second) {
  if (first.manifest_hash.empty() || second.manifest_hash.empty())
    return "manifest: not known of both\n";
  if (first.manifest_hash == second.manifest_hash)
    return "manifest: the same, " + first.manifest_hash + "\n";
  return "manifest: NOT the same, " + first.manifest_hash + " and " + second.manifest_hash + "\n";
}

std::string difference_text(const fs::path& a, const fs::path& b) {
  const IndexedRun first = read_indexed_run(a, a), second = read_indexed_run(b, b);
  return fmt::format(
      "first:  {0}\nsecond: {1}\n{2}\n{3}\n{4}\n"
      "Whether a difference is real: dermdistill compare {0} {1}\n",
      a.string(), b.string(), manifest_difference(first, second), config_difference(a, b),
      metrics_difference(first, second));
}

}  // namespace

void add_runs_diff(CLI::App& parent, int&) {
  struct Two {
    std::string first, second;
  };
  auto runs = std::make_shared<Two>();
  auto* app =
      parent.add_subcommand("diff", "configuration keys and metrics in which two runs differ");
  app->add_option("first", runs->first, "run directory")->required()->type_name("RUN");
  app->add_option("second", runs->second, "run directory")->required()->type_name("RUN");
  app->footer("Example:\n  dermdistill runs diff runs/train/alone runs/distill/kd");
  app->callback([runs] { std::fputs(difference_text(runs->first, runs->second).c_str(), stdout); });
}

}  // namespace derm
