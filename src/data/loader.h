// Batches for training and evaluation: keyed order, keyed augmentation, threads, bounded prefetch.
//
// The batch of (epoch, step) is a pure function of the manifest, the options and the seed: the
// number of workers never changes it.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "data/augment.h"
#include "data/cache.h"
#include "data/manifest.h"
#include "image/preprocess.h"

namespace derm {

// N = B * V rows; row b*V+v is view v of sample b; view 0 is upright. Plain memory, so that this
// layer needs no torch: the trainer wraps it without a copy.
struct Batch {
  std::shared_ptr<std::vector<float>> images;  // normalised; [N, side, side, 3] if channels_last,
                                               // else [N, 3, side, side]
  int64_t rows = 0, side_px = 0;
  bool channels_last = true;
  std::vector<int64_t> labels;  // [B]
  std::vector<int64_t> index;   // [B] position in the split's list of rows
  int64_t size() const { return static_cast<int64_t>(labels.size()); }
};

struct LoaderOptions {
  int64_t batch_size = 32;  // samples B
  int64_t views = 1;        // V: 1, or 4 for the four quarter turns of self-supervision
  int64_t workers = 2;      // threads that make batches; 0 is taken as 1
  int64_t prefetch = 4;     // batches made ahead, at most; below `workers` some idle
  // "sequential", "shuffle", "balanced" (equal class odds), "target" (every image once, and repeats
  // where a class has fewer than target_per_class).
  std::string sampler = "shuffle";
  int64_t target_per_class =
      4000;                   // sampler target: images that a class gives to an epoch, at least
  bool shared_views = false;  // one augmentation draw for all views of a sample
  int64_t drop_below = 1;     // a last batch with fewer samples is left out
  uint64_t seed = 0;
  bool channels_last = true;
};

// Where the pixels come from: an image of the split by its position. Thread-safe.
// `source(i)` returns the decoded or cached frame that the pipeline starts from.
using ImageSource = std::function<Image(int64_t position)>;

class Loader {
 public:
  // Training: frames pass through `augment` (random, keyed), which ends at the contract's side.
  // Evaluation: `augment` is null and the source returns frames already fitted by the contract.
  Loader(ImageSource source, std::vector<int64_t> labels, int64_t classes, Preprocess contract,
         std::shared_ptr<const Augment> augment, LoaderOptions options);
  ~Loader();

  int64_t samples() const;  // images per epoch, repeats included
  int64_t batches() const;  // steps per epoch
  // Starts epoch `epoch` at step `first_step` (a resume inside an epoch).
  void start(int64_t epoch, int64_t first_step = 0);
  // The next batch of the epoch; false at its end. Rethrows the error of a worker.
  bool next(Batch& batch);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// The sample order of an epoch: positions, as many in every epoch; a pure function of the labels,
// the epoch and the options' sampler, target_per_class and seed.
std::vector<int64_t> sample_order(const std::vector<int64_t>& labels, int64_t classes,
                                  const LoaderOptions& options, int64_t epoch);

}  // namespace derm
