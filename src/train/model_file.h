// Trained networks on disk: student-only safetensors files whose metadata say what they are.
//
// Metadata keys: arch, num_classes, classes (comma-separated, in label order), preprocess (the
// contract's text), mean, std, manifest_hash, protocol, recipe, licence.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "data/manifest.h"
#include "image/preprocess.h"
#include "net/graph_net.h"

namespace derm {

struct Model {
  GraphNet net{nullptr};
  Preprocess contract;
  std::vector<std::string> classes;  // empty: the file does not say
  Metadata metadata;
  fs::path file;
  std::optional<fs::path> run;  // the run directory, where one was given
};

// A run directory (its weights/best.safetensors) or a weight file. `arch` (empty: as the metadata
// say) must agree with the metadata or stand in for them. `side_px` builds the network for another
// input than its own contract's; 0: the contract's. Throws Error naming the file.
Model load_model(const fs::path& run_or_file, const std::string& arch, int64_t classes,
                 int64_t side_px);

Metadata model_metadata(const Graph& graph, const Preprocess& contract, const Manifest& manifest,
                        const std::string& recipe);

}  // namespace derm
