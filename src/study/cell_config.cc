#include "study/cell_config.h"

#include <algorithm>
#include <cmath>

namespace derm {
namespace {

int64_t at_least_one(double value) {
  return std::max<int64_t>(1, std::llround(value));
}

// A count of epochs where 0 means never.
void scale_count(Json& owner, const char* key, double share) {
  if (const auto n = owner[key].get<int64_t>(); n > 0)
    owner[key] = at_least_one(static_cast<double>(n) * share);
}

void scale_stage(Json& stage, double share) {
  stage["epochs"] = at_least_one(stage["epochs"].get<double>() * share);
  auto& schedule = stage["schedule"];
  schedule["warmup_epochs"] = schedule["warmup_epochs"].get<double>() * share;
  scale_count(schedule, "patience", share);
  for (auto& milestone : schedule["milestones"])
    milestone = at_least_one(milestone.get<double>() * share);
  scale_count(stage["select"], "patience", share);
}

bool selected_by_terms(const Json& stage) {
  return stage.contains("select") && stage["select"].value("metric", "") == "terms";
}

void lay_over_terms(Json& stage, const Json& term_settings) {
  if (!stage.contains("terms")) return;
  for (auto& term : stage["terms"])
    if (const auto name = term.value("term", ""); term_settings.contains(name))
      term.update(term_settings[name]);
}

void lay_over_stage(Json& stage, const Study& study, const StudyRow& row) {
  const bool by_terms = selected_by_terms(stage);
  stage = merge(merge(Tree(stage), study.stage_settings), row.stage_settings).value;
  if (by_terms) stage["select"]["metric"] = "terms";
  if (const int64_t epochs = row.epochs > 0 ? row.epochs : study.epochs; epochs > 0)
    stage["epochs"] = epochs;
  lay_over_terms(stage, study.term_settings.value);
  lay_over_terms(stage, row.term_settings.value);
}

std::string absolute_text(const fs::path& path) {
  return fs::absolute(path).lexically_normal().string();
}

bool changes_a_run(const std::string& key) {
  return key != "threads" && key != "workers";
}

std::string joined(const std::string& path, const std::string& key) {
  return path.empty() ? key : path + "." + key;
}

std::string difference_at(const Json& wanted, const Json& found, const std::string& path);

std::string difference_of_keys(const Json& wanted, const Json& found, const std::string& path) {
  for (const auto& [key, value] : wanted.items()) {
    if (path.empty() && !changes_a_run(key)) continue;
    if (!found.contains(key)) return joined(path, key);
    auto at = difference_at(value, found[key], joined(path, key));
    if (!at.empty()) return at;
  }
  for (const auto& item : found.items())
    if (!wanted.contains(item.key())) return joined(path, item.key());
  return "";
}

std::string difference_at(const Json& wanted, const Json& found, const std::string& path) {
  if (wanted.is_object() && found.is_object()) return difference_of_keys(wanted, found, path);
  if (wanted.is_array() && found.is_array() && wanted.size() == found.size()) {
    for (size_t i = 0; i < wanted.size(); ++i) {
      auto at = difference_at(wanted[i], found[i], joined(path, std::to_string(i)));
      if (!at.empty()) return at;
    }
    return "";
  }
  return wanted == found ? "" : path;
}

}  // namespace

const std::vector<Scale>& scales() {
  static const std::vector<Scale> table = {{"full", 1, 0}, {"small", 0.1, 128}, {"tiny", 0.02, 64}};
  return table;
}

const Scale& scale_named(const std::string& name) {
  for (const auto& scale : scales())
    if (scale.name == name) return scale;
  throw UsageError("unknown scale", "--scale", "full, small or tiny", name);
}

fs::path split_file(const fs::path& out, const std::string& protocol) {
  return out / "splits" / (protocol + ".csv");
}

fs::path weights_of(const fs::path& folder, const std::string& network) {
  std::vector<std::string> names;
  for (const char* ending :
       {"_imagenet.safetensors", "_imagenet_backbone.safetensors", ".safetensors", ".pth"}) {
    names.push_back(network + ending);
    if (fs::exists(folder / names.back())) return folder / names.back();
  }
  throw Error(fmt::format("no ImageNet weights of {}", network), folder.string(),
              join(names, ", "));
}

Tree cell_tree(const Tree& recipe, const Study& study, const StudyCell& cell,
               const CellPaths& paths) {
  const auto& row = study.row(cell.row);
  Tree tree = merge(merge(recipe, study.settings), row.settings);
  for (auto& stage : tree.value["stages"]) lay_over_stage(stage, study, row);
  tree.value["student"] = cell.network;
  tree.value["seed"] = cell.seed;
  tree.value["data"] = absolute_text(split_file(paths.out, cell.protocol));
  tree.value["teachers"] = Json::array();
  for (const auto& teacher : cell.teachers)
    tree.value["teachers"].push_back(absolute_text(paths.out / teacher));
  for (size_t i = 0; i < cell.peers.size(); ++i) {
    if (i == 0) tree.value["peers"] = tree.value["peer_weights"] = Json::array();
    const auto weights = paths.out / cell.peers[i] / "weights" / "best.safetensors";
    tree.value["peers"].push_back(study.row(row.peers[i]).students.front());
    tree.value["peer_weights"].push_back(absolute_text(weights));
  }
  if (study.pretrained && !paths.weights.empty())
    tree.value["weights"] = absolute_text(weights_of(paths.weights, cell.network));
  return tree;
}

void scale_config(Json& config, const Scale& scale) {
  for (auto& stage : config["stages"]) scale_stage(stage, scale.epochs);
  auto& side = config["preprocess"]["side_px"];
  if (scale.largest_side > 0) side = std::min(side.get<int64_t>(), scale.largest_side);
}

void set_epochs(Json& config, int64_t epochs) {
  for (auto& stage : config["stages"]) {
    scale_stage(stage, static_cast<double>(epochs) / stage["epochs"].get<double>());
    stage["epochs"] = epochs;
  }
}

std::string first_difference(const Json& wanted, const Json& found) {
  return difference_at(wanted, found, "");
}

int64_t epochs_of(const Json& config) {
  int64_t sum = 0;
  for (const auto& stage : config["stages"]) sum += stage["epochs"].get<int64_t>();
  return sum;
}

}  // namespace derm
