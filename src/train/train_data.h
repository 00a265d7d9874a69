// From a manifest to loaders: caches, augmentation, class counts and weights of a run.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "data/loader.h"
#include "data/manifest.h"
#include "net/torch.h"
#include "train/config.h"

namespace derm {

class TrainData {
 public:
  // Opens (or makes, with a progress bar) the caches of the run. Throws Error on an empty training
  // or validation split, or a training class without images.
  TrainData(const RunConfig& config, Manifest manifest);

  std::unique_ptr<Loader> train_loader(int64_t views) const;
  // Sequential, evaluation transform; views: 1, or 4 for the quarter turns.
  std::unique_ptr<Loader> loader(Split split, int64_t views = 1) const;

  const Manifest& manifest() const { return manifest_; }
  int64_t classes() const { return static_cast<int64_t>(manifest_.classes.size()); }
  torch::Tensor train_labels() const;         // [M] int64, in the order of Batch::index
  std::vector<double> class_weights() const;  // [K], of the configuration's kind

 private:
  RunConfig config_;
  Manifest manifest_;
  std::vector<int64_t> train_rows_;
};

// The evaluation loader of any split: frames fitted by the contract, from the packed cache.
std::unique_ptr<Loader> evaluation_loader(const Manifest& manifest, Split split,
                                          const Preprocess& contract, const fs::path& cache_dir,
                                          int64_t batch_size, int64_t workers, bool channels_last,
                                          int64_t views = 1);

// Where a run keeps packed caches: the configured folder, or `.cache` beside the manifest.
fs::path cache_folder(const std::string& configured, const fs::path& manifest);

// A teacher that has seen this run's validation or test lesions (by lesion, image or bytes) makes
// its numbers worthless: Error with how many and the first. A teacher of the same split passes.
void check_teacher_leak(const Manifest& manifest, const Manifest& teacher, const std::string& name);

}  // namespace derm
