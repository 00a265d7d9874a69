// Learning rates: constant, plateau (SSD-KD), cosine with warm-up (DSP-KD), multi-step.
#pragma once

#include <string>
#include <vector>

#include "base/config.h"

namespace derm {

struct ScheduleConfig {
  std::string kind = "cosine";
  double warmup_epochs = 0;
  double warmup_factor = 1e-3;
  double min_lr = 1e-6;
  bool per_step = true;
  std::vector<int64_t> milestones;
  double factor = 0.1;
  int64_t patience = 10;
  double threshold = 1e-4;
  std::string feed = "current";

  template <class V, class Self>
  static void visit(V& v, Self& c) {
    v("kind", c.kind, one_of({"constant", "cosine", "multistep", "plateau"}), "shape over epochs");
    v("warmup_epochs", c.warmup_epochs, at_least(0), "epochs of linear rise, step by step");
    v("warmup_factor", c.warmup_factor, within(0, 1), "share of lr at the first step");
    v("min_lr", c.min_lr, at_least(0), "cosine and plateau: the lowest learning rate");
    v("per_step", c.per_step, any(), "cosine: falls every step; false: constant within an epoch");
    v("milestones", c.milestones, at_least(1), "multistep: epochs after which lr falls");
    v("factor", c.factor, within(1e-6, 1), "multistep and plateau: lr falls to this share");
    v("patience", c.patience, at_least(0), "plateau: epochs without improvement before a fall");
    v("threshold", c.threshold, at_least(0), "plateau: relative improvement that counts");
    // Differs from paper: both SSD-KD scripts feed the best value so far (D-KD's even before it is
    // updated), not the current one; `current` is what the paper says.
    v("feed", c.feed, one_of({"current", "best", "best_before"}),
      "plateau: which value is fed; best and best_before repeat the SSD-KD scripts");
  }
};

class Schedule {
 public:
  Schedule(const ScheduleConfig& config, double lr, int64_t epochs, int64_t steps_per_epoch);

  // The learning rate of a step; epochs and steps count from 0.
  double lr(int64_t epoch, int64_t step) const;
  // The validation value of a finished epoch, and whether larger is better (plateau).
  void end_epoch(double value, bool higher_is_better);

  Json state() const;
  void restore(const Json& state);

 private:
  double warm(int64_t total_steps_done) const;
  void feed(double loss);

  ScheduleConfig config_;
  double lr_;
  int64_t epochs_, steps_;
  // Plateau. Values are losses: a score that should rise is fed with its sign turned.
  double plateau_lr_, fed_best_, best_ = 0;
  bool any_fed_ = false, any_seen_ = false;
  int64_t bad_epochs_ = 0;
};

}  // namespace derm
