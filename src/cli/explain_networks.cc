#include <algorithm>

#include "base/log.h"
#include "base/progress.h"
#include "base/strings.h"
#include "cli/explained.h"
#include "data/source.h"
#include "graph/cell_grid.h"
#include "net/cpu.h"
#include "net/grad_cam.h"
#include "train/trainer.h"

namespace derm {
namespace {

std::optional<Manifest> manifest_to_explain(const ExplainFlags& flags) {
  if (!flags.data.empty()) return read_manifest(flags.data);
  if (fs::is_directory(flags.model))
    return read_manifest(open_run_directory(flags.model).manifest());
  if (flags.images.empty())
    throw UsageError("a weight file alone has no images", flags.model,
                     "--images FILE... or --data MANIFEST");
  return std::nullopt;
}

// `classes`: of the manifest, or empty where there is none.
ExplainedNetwork load(const std::string& role, const std::string& title, const fs::path& path,
                      const std::string& arch, const std::vector<std::string>& classes) {
  constexpr int64_t kIsicClasses = 8;
  if (!fs::exists(path))
    throw Error("no such run or weight file", path.string(), "a run directory or a weight file");
  const auto count = classes.empty() ? kIsicClasses : static_cast<int64_t>(classes.size());
  return {role, title, load_model(path, arch, count, 0), {}, {}};
}

void check_network(const ExplainedNetwork& network, const Explained& explained) {
  if (!network.model.classes.empty() && network.model.classes != explained.classes)
    throw Error("the network knows other classes", network.model.file.string(),
                join(explained.classes, ", "), join(network.model.classes, ", "));
  check_map_tap(network.model.net->graph(), explained.flags.tap);
}

void load_networks(Explained& explained) {
  const ExplainFlags& flags = explained.flags;
  auto& classes = explained.classes;
  const char* title = !flags.before.empty()    ? "student after"
                      : !flags.teacher.empty() ? "student"
                                               : "network";
  auto main = load("network", title, flags.model, flags.arch, classes);
  if (classes.empty()) classes = main.model.classes;
  if (classes.empty())
    throw UsageError("the weight file does not name its classes", flags.model, "--data MANIFEST");
  auto& out = explained.networks;
  if (!flags.teacher.empty()) out.push_back(load("teacher", "teacher", flags.teacher, "", classes));
  if (!flags.before.empty())
    out.push_back(load("before", "student before", flags.before, "", classes));
  out.push_back(std::move(main));
  for (const auto& network : out) check_network(network, explained);
}

// One class for each image; none: the predicted ones.
std::vector<int64_t> classes_to_explain(const Explained& explained) {
  const auto& name = explained.flags.class_name;
  const auto& classes = explained.classes;
  if (name == "predicted") return {};
  const auto at = std::find(classes.begin(), classes.end(), name) - classes.begin();
  const bool labels = name == "label";
  if (!labels && at == static_cast<int64_t>(classes.size()))
    throw Error("no such class" + did_you_mean(name, classes), "--class",
                "predicted, label, " + join(classes, ", "), name);
  std::vector<int64_t> out;
  for (const auto& row : explained.images.manifest.rows) {
    if (labels && row.label == kNoLabel)
      throw Error("the image has no label", row.path, "a manifest that has it, by --data");
    out.push_back(labels ? row.label : at);
  }
  return out;
}

void explain_with(ExplainedNetwork& network, const Explained& explained,
                  const std::vector<int64_t>& classes) {
  const ExplainFlags& flags = explained.flags;
  Model& model = network.model;
  const auto device = device_named(flags.device);
  model.net->to(device);
  const auto count = static_cast<int64_t>(explained.images.manifest.rows.size());
  Progress bar("explain " + network.title, static_cast<uint64_t>(count), "images");
  network.found =
      explain(model.net, model.contract, fitted_source(explained.images, model.contract), count,
              device, {flags.tap, classes, flags.batch_size},
              [&](int64_t n) { bar.add(static_cast<uint64_t>(n)); });
  bar.finish();
  if (flags.masks.empty()) return;
  const auto map = [&](size_t i) { return full_size(network.found[i].cam, model, flags); };
  network.scores =
      score_masks(explained.images, model.contract, map, flags.masks, flags.tolerance_px);
}

void warn_about_masks(const MaskScores& scores, size_t images) {
  if (scores.without_mask > 0)
    log_warn("{} of {} images have no mask, and no number", scores.without_mask, images);
  if (scores.without_lesion > 0)
    log_warn("{} of {} images have a mask without lesion, and no number", scores.without_lesion,
             images);
}

}  // namespace

ImageSource fitted_source(const ExplainedImages& images, const Preprocess& contract) {
  std::vector<int64_t> rows;
  for (size_t i = 0; i < images.manifest.rows.size(); ++i) rows.push_back(static_cast<int64_t>(i));
  return file_source(images.manifest, rows, contract, Pixels::kFitted);
}

HeatMap full_size(const HeatMap& map, const Model& model, const ExplainFlags& flags) {
  const auto side = static_cast<int>(model.contract.side_px);
  if (flags.placement == "tiles") return upsample(map, side, side);
  const CellGrid grid = cell_grid(model.net->graph(), flags.tap);
  return place(map, grid.first_px, grid.step_px, side, side);
}

Explained explain_networks(const ExplainFlags& flags) {
  const Split part = split_named(flags.split, "--split");
  const auto manifest = manifest_to_explain(flags);
  Explained out{flags, {}, {}, {}};
  if (manifest) out.classes = manifest->classes;
  load_networks(out);
  out.images = flags.images.empty() ? images_of_split(*manifest, part, flags.limit)
                                    : images_of_files(flags.images, manifest);
  const auto classes = classes_to_explain(out);
  if (!flags.masks.empty()) check_masks(out.images, flags.masks);
  prepare_cpu(flags.threads);
  for (auto& network : out.networks) explain_with(network, out, classes);
  const auto& scores = out.networks.back().scores;
  if (scores) warn_about_masks(*scores, out.images.manifest.rows.size());
  if (is_leaky(out.images.manifest.protocol))
    log_warn("{}: copies of one image are in train and in test", out.images.manifest.protocol);
  return out;
}

}  // namespace derm
