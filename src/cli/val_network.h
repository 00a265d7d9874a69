// Running a network over images of a manifest, as `val` does for every set that it looks at.
#pragma once

#include <string>

#include "data/manifest.h"
#include "train/model_file.h"
#include "train/predict.h"

namespace derm {

struct ImageSet {
  Manifest manifest;
  fs::path cache;  // folder of packed caches
};

// Of the manifest in the file, and of the one that a run was trained on. An empty `cache_dir` is
// the run's, or beside the manifest.
ImageSet images_of_manifest(const fs::path& file, const std::string& cache_dir);
ImageSet images_of_run(const fs::path& run, const std::string& cache_dir);

struct NetworkFlags {
  std::string device = "auto";
  int64_t batch_size = 64, workers = 2, threads = 0;
};

// `label` stands at the progress bar.
Outputs run_network(Model& model, const NetworkFlags& flags, const ImageSet& images, Split split,
                    const std::string& label, bool with_embedding = false);

}  // namespace derm
