// Which epoch's weights are kept, and when a stage stops early.
#pragma once

#include <string>

#include "base/config.h"

namespace derm {

struct SelectConfig {
  std::string metric = "balanced_accuracy";
  int64_t patience = 0;

  template <class V, class Self>
  static void visit(V& v, Self& c) {
    v("metric", c.metric, any(),
      "validation metric of the kept epoch: loss (class-weighted cross-entropy), terms (the "
      "stage's "
      "own weighted sum) or any of `val`");
    v("patience", c.patience, at_least(0),
      "stop after this many epochs without improvement; 0: never");
  }
};

class Selection {
 public:
  explicit Selection(const SelectConfig& config);  // throws Error on an unknown metric

  // Takes an epoch's value; true where it is the best so far.
  bool add(int64_t epoch, double value);
  bool should_stop() const;

  const std::string& metric() const { return config_.metric; }
  bool higher_is_better() const { return higher_; }
  int64_t best_epoch() const { return best_epoch_; }
  double best() const { return best_; }

  Json state() const;
  void restore(const Json& state);

 private:
  SelectConfig config_;
  bool higher_;
  int64_t best_epoch_ = -1, since_best_ = 0;
  double best_ = 0;
};

}  // namespace derm
