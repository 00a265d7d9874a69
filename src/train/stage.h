// One stage while it runs: its terms, what they need, optimiser, schedule, averaged weights and
// selection.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "distill/terms.h"
#include "train/config.h"
#include "train/networks.h"

namespace derm {

class Stage {
 public:
  // Builds the terms (which may ask for auxiliary modules), then freezes and thaws by `train`.
  Stage(const StageConfig& config, Networks& networks, const TermContext& context);
  // Once the loader is known.
  void set_steps(int64_t steps_per_epoch);

  struct Part {
    std::string name;     // "kd"; a second one of the same term is "kd_2"
    torch::Tensor value;  // unweighted, scalar
  };
  // The weighted sum of the terms. Throws Error naming the first term that is not finite.
  torch::Tensor loss(const Step& step, std::vector<Part>& parts) const;

  // One update with the stage's learning rate; then the averaged weights follow.
  void update(int64_t epoch, int64_t step);
  double lr(int64_t epoch, int64_t step) const { return schedule_->lr(epoch, step); }

  // Whether a term looks at the student: a stage may train auxiliary modules alone.
  bool has_student() const { return !needs_.student.empty(); }

  // The student that is validated and kept: the averaged one where `ema` is set.
  GraphNet& evaluated() { return ema_ ? ema_ : networks_.student; }
  bool averages() const { return static_cast<bool>(ema_); }

  // Puts networks back into training mode after a validation.
  void rearm();

  const StageConfig& config() const { return config_; }
  const Needs& needs() const { return needs_; }
  Optimizer& optimizer() { return *optimizer_; }
  Schedule& schedule() { return *schedule_; }
  Selection& selection() { return selection_; }
  const Selection& selection() const { return selection_; }

 private:
  void average();

  StageConfig config_;
  Networks& networks_;
  std::vector<TermSpec> specs_;
  std::vector<std::string> names_;
  std::vector<std::unique_ptr<Term>> terms_;
  Needs needs_;
  std::unique_ptr<Optimizer> optimizer_;
  std::unique_ptr<Schedule> schedule_;
  Selection selection_;
  GraphNet ema_{nullptr};
};

}  // namespace derm
