#include "train/stage.h"

#include <algorithm>
#include <map>

#include "base/error.h"

namespace derm {

Stage::Stage(const StageConfig& config, Networks& networks, const TermContext& context)
    : config_(config), networks_(networks), selection_(config.select) {
  std::map<std::string, int> seen;
  for (const auto& tree : config.terms) {
    auto spec = read_term_spec(tree);
    terms_.push_back(make_term(spec.term, context, spec.options));
    needs_.join(terms_.back()->needs());
    const int count = ++seen[spec.term];
    names_.push_back(count == 1 ? spec.term : fmt::format("{}_{}", spec.term, count));
    specs_.push_back(std::move(spec));
  }
  const auto& metric = selection_.metric();
  if (!has_student() && metric != "terms")
    throw Error("a stage without the student can only be selected by its own loss",
                fmt::format("stage {}, select.metric", config.name), "terms", metric);
  optimizer_ = std::make_unique<Optimizer>(arm(networks.root(), config.train), config.optim);
  networks.student->set_fake_quantised(config.fake_quant);
  if (config.ema <= 0) return;
  ema_ = GraphNet(networks.student->graph());
  ema_->to(networks.student->parameters().front().device());
  restore_state(*ema_, "", state_of(*networks.student));
  ema_->set_fake_quantised(config.fake_quant);
  for (auto& p : ema_->parameters()) p.set_requires_grad(false);
}

void Stage::set_steps(int64_t steps_per_epoch) {
  schedule_ = std::make_unique<Schedule>(config_.schedule, config_.optim.lr, config_.epochs,
                                         steps_per_epoch);
}

torch::Tensor Stage::loss(const Step& step, std::vector<Part>& parts) const {
  torch::Tensor total;
  for (size_t i = 0; i < terms_.size(); ++i) {
    const auto value = terms_[i]->loss(step);
    if (!torch::isfinite(value).item<bool>())
      throw Error(fmt::format("the loss of term {} is not finite", names_[i]),
                  fmt::format("stage {}, epoch {}", config_.name, step.epoch + 1),
                  "a smaller learning rate, gradient clipping, or milder weights");
    parts.push_back({names_[i], value.detach()});
    const auto weighted = value * specs_[i].weight_at(step.epoch);
    total = total.defined() ? total + weighted : weighted;
  }
  return total;
}

void Stage::update(int64_t epoch, int64_t step) {
  optimizer_->step(lr(epoch, step));
  if (ema_) average();
}

// The decay rises from 0.1, so that the first averages are not the initial weights.
void Stage::average() {
  const torch::NoGradGuard no_grad;
  const auto steps = static_cast<double>(optimizer_->steps());
  const double decay = std::min(config_.ema, (1 + steps) / (10 + steps));
  const auto from = networks_.student->state();
  for (auto& [name, to] : ema_->state()) {
    const auto& value = from.at(name);
    if (to.is_floating_point())
      torch::Tensor(to).lerp_(value, 1 - decay);
    else
      torch::Tensor(to).copy_(value);
  }
}

void Stage::rearm() {
  arm(networks_.root(), config_.train);
}

}  // namespace derm
