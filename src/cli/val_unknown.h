// `val --unknown`: whether the network's scores tell images of another kind from those it knows.
#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <vector>

#include "cli/val_network.h"
#include "eval/out_of_distribution.h"

namespace derm {

struct UnknownFlags {
  std::string manifest, split = "all";
  bool asked() const { return !manifest.empty(); }
};

void add_unknown_options(CLI::App& app, UnknownFlags& flags);

struct UnknownSet {
  ImageSet images;                   // what is measured has split test, all else train
  std::vector<std::string> groups;   // of the measured images, as group_names() gives them
  std::optional<ImageSet> training;  // the network's; nothing where they are not known
  Json description;                  // the key `unknown_set`
};

// `source`: the measured images' manifest. Throws Error where there is no unknown image, or where
// one is in that manifest or in the one that the network was trained on, by bytes or image id.
UnknownSet read_unknown(const UnknownFlags& flags, const std::string& cache_dir, const Model& model,
                        const ImageSet& source, const std::string& group);

// By energy and max_softmax, from the logits as they are, and by mahalanobis where the training
// images are known: one pass over those. `known` has embeddings, `known_groups` are its rows'.
std::vector<UnknownDetection> detect_unknown(Model& model, const NetworkFlags& flags,
                                             const UnknownSet& unknown, const Outputs& known,
                                             const std::vector<std::string>& known_groups,
                                             const Bootstrap& options);

// Adds the keys unknown_set and out_of_distribution.
void add_unknown(const UnknownSet& unknown, const std::vector<UnknownDetection>& detections,
                 Json& to);

}  // namespace derm
