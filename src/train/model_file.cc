#include "train/model_file.h"

#include <fmt/ranges.h>

#include "base/error.h"
#include "base/log.h"
#include "base/strings.h"
#include "zoo/zoo.h"

namespace derm {
namespace {

std::string value_of(const Metadata& metadata, const std::string& key) {
  const auto it = metadata.find(key);
  return it == metadata.end() ? "" : it->second;
}

std::vector<double> three_numbers(const std::string& text, const std::string& where) {
  std::vector<double> out;
  for (const auto& part : split(text, ',')) {
    const auto number = to_double(trim(part));
    if (!number) throw Error("metadata value is not three numbers", where, "R,G,B", text);
    out.push_back(*number);
  }
  if (out.size() != 3) throw Error("metadata value is not three numbers", where, "R,G,B", text);
  return out;
}

// The contract of the file; a foreign file may state only mean and std.
Preprocess contract_of(const Metadata& metadata, const std::string& file, int64_t side_px) {
  if (const auto text = value_of(metadata, "preprocess"); !text.empty())
    return Preprocess::from_text(text);
  Preprocess contract;
  if (side_px > 0) contract.side_px = side_px;
  if (const auto mean = value_of(metadata, "mean"); !mean.empty())
    contract.mean = three_numbers(mean, file + ", mean");
  if (const auto std = value_of(metadata, "std"); !std.empty())
    contract.std = three_numbers(std, file + ", std");
  return contract;
}

std::string arch_of(const Metadata& metadata, const std::string& wanted, const std::string& file) {
  const std::string stated = value_of(metadata, "arch");
  if (stated.empty() && wanted.empty())
    throw Error("the weight file does not say which network it is", file,
                "metadata key arch, or the network's name on the command line");
  if (!stated.empty() && !wanted.empty() && stated != wanted)
    throw Error("the weights are of another network", file, wanted, stated);
  return stated.empty() ? wanted : stated;
}

}  // namespace

Model load_model(const fs::path& run_or_file, const std::string& arch, int64_t classes,
                 int64_t side_px) {
  Model model;
  model.file = run_or_file;
  if (fs::is_directory(run_or_file)) {
    model.run = run_or_file;
    model.file = run_or_file / "weights" / "best.safetensors";
    if (!fs::exists(model.file))
      throw Error("the run has no trained weights", run_or_file.string(),
                  "weights/best.safetensors");
  }
  const WeightFile file = read_weights(model.file);
  const std::string name = model.file.string();
  model.metadata = file.metadata;
  model.contract = contract_of(file.metadata, name, side_px);
  if (const auto names = value_of(file.metadata, "classes"); !names.empty())
    model.classes = split(names, ',');
  NetworkOptions options;
  options.classes = model.classes.empty() ? classes : static_cast<int64_t>(model.classes.size());
  options.side_px = side_px > 0 ? side_px : model.contract.side_px;
  model.net = GraphNet(build_network(arch_of(file.metadata, arch, name), options), 0);
  load_weights(model.net, file, name, /*allow_other_head=*/false);
  model.net->eval();
  return model;
}

Metadata model_metadata(const Graph& graph, const Preprocess& contract, const Manifest& manifest,
                        const std::string& recipe) {
  const auto numbers = [](const std::vector<double>& values) {
    return fmt::format("{}", fmt::join(values, ","));
  };
  return {{"format", "pt"},
          {"arch", graph.arch},
          {"num_classes", std::to_string(graph.classes)},
          {"classes", join(manifest.classes, ",")},
          {"preprocess", contract.text()},
          {"mean", numbers(contract.mean)},
          {"std", numbers(contract.std)},
          {"manifest_hash", manifest.hash()},
          {"protocol", manifest.protocol},
          {"recipe", recipe},
          {"dermdistill", DERM_VERSION},
          {"licence",
           "weights carry the licence of the images they were trained on; ISIC 2019 and HAM10000 "
           "are CC BY-NC 4.0. Research use only, not a medical device."}};
}

}  // namespace derm
