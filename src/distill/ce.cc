#include "distill/ce.h"

#include "distill/math.h"

namespace derm {
namespace {

class Ce : public Term {
 public:
  Ce(torch::Tensor weights, const CeOptions& options)
      : weights_(std::move(weights)), options_(options) {}

  Needs needs() const override { return {{"logits"}, {}, {}, 1}; }

  torch::Tensor loss(const Step& step) override {
    const auto logits = step.view(tap(step.student, "logits"), 0);
    return cross_entropy(logits, step.labels, weights_, options_);
  }

 private:
  torch::Tensor weights_;
  CeOptions options_;
};

}  // namespace

torch::Tensor cross_entropy(const torch::Tensor& logits, const torch::Tensor& labels,
                            const torch::Tensor& weights, const CeOptions& options) {
  const auto per_class = weights.defined() && options.weighted
                             ? weights.to(logits.options())
                             : torch::ones({logits.size(1)}, logits.options());
  const auto of_label = per_class.index_select(0, labels);
  const auto hard = (ce_rows(logits, labels) * of_label).sum();
  auto total = hard;
  if (options.label_smoothing > 0) {
    const auto all = -(torch::log_softmax(logits, 1) * per_class).sum();
    const double spread = options.label_smoothing / static_cast<double>(logits.size(1));
    total = (1 - options.label_smoothing) * hard + spread * all;
  }
  if (options.reduction == "sum") return total;
  if (options.reduction == "batch_mean") return total / static_cast<double>(labels.size(0));
  return total / of_label.sum();
}

std::unique_ptr<Term> new_ce(const TermContext& context, const CeOptions& options) {
  return std::make_unique<Ce>(context.class_weights, options);
}

}  // namespace derm
