// One batch from its number: the pure part of the loader, without threads.
#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include "data/buffer_pool.h"
#include "data/loader.h"

namespace derm {

// One sample of an epoch. occurrence counts how often its position came up before in the epoch (the
// samplers balanced and target repeat rare images): repeats get random numbers of their own, and
// pass through Augment::apply_again.
struct Draw {
  int64_t position = 0;
  uint32_t occurrence = 0;
};

class BatchMaker {
 public:
  // Throws Error where an option or a label is out of range.
  BatchMaker(ImageSource source, std::vector<int64_t> labels, int64_t classes, Preprocess contract,
             std::shared_ptr<const Augment> augment, LoaderOptions options);

  const LoaderOptions& options() const { return options_; }
  int64_t samples() const { return samples_; }  // draws of an epoch
  int64_t batches() const;
  std::vector<Draw> draws(int64_t epoch) const;
  // Batch `step` of an epoch with these draws. Between samples it looks at `stop`: the batch is
  // incomplete once that is set. Errors name the sample.
  Batch make(const std::vector<Draw>& draws, int64_t epoch, int64_t step,
             const std::atomic<bool>& stop) const;

 private:
  void write_sample(const Draw& draw, int64_t epoch, float* out) const;
  void write_view(const Image& frame, const Draw& draw, int64_t epoch, int view, float* out) const;

  ImageSource source_;
  std::vector<int64_t> labels_;
  int64_t classes_;
  Preprocess contract_;
  std::shared_ptr<const Augment> augment_;
  LoaderOptions options_;
  int64_t samples_ = 0;
  std::shared_ptr<BufferPool> pool_ = std::make_shared<BufferPool>();
};

}  // namespace derm
