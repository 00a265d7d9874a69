#include "distill/ce.h"

#include "distill/math.h"

namespace derm {
namespace {

class Ce : public Term {
 public:
  Ce(const TermContext& context, const CeOptions& options)
      : weights_(context.class_weights), options_(options) {
    if (options.logit_adjustment > 0)
      shift_ = options.logit_adjustment * log_prior(context.train_labels, context.classes);
  }

  Needs needs() const override { return {{"logits"}, {}, {}, 1}; }

  torch::Tensor loss(const Step& step) override {
    auto logits = step.view(tap(step.student, "logits"), 0);
    if (shift_.defined()) logits = logits + shift_.to(logits.options());
    return cross_entropy(logits, step.labels, weights_, options_);
  }

 private:
  torch::Tensor weights_, shift_;
  CeOptions options_;
};

}  // namespace

torch::Tensor log_prior(const torch::Tensor& labels, int64_t classes) {
  const auto counts = torch::bincount(labels, {}, classes).clamp_min(1).to(torch::kDouble);
  return (counts / counts.sum()).log();
}

torch::Tensor cross_entropy(const torch::Tensor& logits, const torch::Tensor& labels,
                            const torch::Tensor& weights, const CeOptions& options) {
  const auto per_class = weights.defined() && options.weighted
                             ? weights.to(logits.options())
                             : torch::ones({logits.size(1)}, logits.options());
  const auto of_label = per_class.index_select(0, labels);
  const auto hard = (ce_rows(logits, labels) * of_label).sum();
  auto total = hard;
  if (options.label_smoothing > 0) {
    const double smoothing = options.label_smoothing;
    const auto classes = static_cast<double>(logits.size(1));
    const auto all = -(torch::log_softmax(logits, 1) * per_class).sum();
    total = options.smoothing_form == "all"
                ? (1 - smoothing) * hard + smoothing / classes * all
                : (1 - smoothing) * hard + smoothing / (classes - 1) * (all - hard);
  }
  if (options.reduction == "sum") return total;
  if (options.reduction == "batch_mean") return total / static_cast<double>(labels.size(0));
  return total / of_label.sum();
}

std::unique_ptr<Term> new_ce(const TermContext& context, const CeOptions& options) {
  return std::make_unique<Ce>(context, options);
}

}  // namespace derm
