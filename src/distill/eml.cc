#include "distill/eml.h"

#include "base/error.h"
#include "distill/adaptor.h"
#include "distill/ce.h"
#include "distill/dml.h"
#include "distill/kd.h"

namespace derm {
namespace {

constexpr int64_t kWidth = 256;

// Both last maps side by side, mixed by position and by channel, to logits.
class FusionBranch : public torch::nn::Module {
 public:
  FusionBranch(int64_t student, int64_t peer, int64_t classes)
      : student_(register_module("student", Pointwise(student, kWidth, true))),
        peer_(register_module("peer", Pointwise(peer, kWidth, true))),
        depthwise_(register_module(
            "depthwise", torch::nn::Conv2d(torch::nn::Conv2dOptions(2 * kWidth, 2 * kWidth, 3)
                                               .padding(1)
                                               .groups(2 * kWidth)
                                               .bias(false)))),
        mix_(register_module("mix", Pointwise(2 * kWidth, kWidth, true))),
        head_(register_module("head", torch::nn::Linear(kWidth, classes))) {}

  torch::Tensor forward(const torch::Tensor& student, const torch::Tensor& peer) {
    const auto own = torch::relu(student_->forward(student));
    const auto other = torch::relu(peer_->forward(peer));
    const auto both = torch::cat({own, resized(other, own.size(2), own.size(3))}, 1);
    const auto mixed = torch::relu(mix_->forward(depthwise_->forward(both)));
    return head_->forward(mixed.mean({2, 3}));
  }

 private:
  Pointwise student_, peer_;
  torch::nn::Conv2d depthwise_;
  Pointwise mix_;
  torch::nn::Linear head_;
};

class Eml : public Term {
 public:
  Eml(std::shared_ptr<FusionBranch> fusion, std::shared_ptr<torch::nn::LinearImpl> gate,
      torch::Tensor class_weights, const EmlOptions& options)
      : fusion_(std::move(fusion)),
        gate_(std::move(gate)),
        class_weights_(std::move(class_weights)),
        options_(options) {}

  Needs needs() const override {
    TapSet taps = {"logits", "features"};
    if (gate_) taps.insert("embedding");
    return {taps, {}, taps, 1};
  }

  torch::Tensor loss(const Step& step) override {
    const auto& peer = step.peers.front();
    const auto of = [&](const Taps& taps, const char* name) {
      return step.view(tap(taps, name), 0);
    };
    const auto own = of(step.student, "logits"), other = of(peer, "logits");
    const auto share = gate(step);
    const auto ensemble = share * own + (1 - share) * other;
    const auto fused = fusion_->forward(of(step.student, "features"), of(peer, "features"));
    auto total = eml_loss(ensemble, fused, own, options_.temperature) +
                 eml_loss(ensemble, fused, other, options_.temperature);
    for (const auto& logits : {other, fused, ensemble})
      total = total + cross_entropy(logits, step.labels, class_weights_, {});
    return total;
  }

 private:
  // The student's share of the ensemble: [B, 1], or [1, 1] where it is fixed.
  torch::Tensor gate(const Step& step) {
    if (!gate_) return torch::full({1, 1}, 0.5, tap(step.student, "logits").options());
    const auto both = torch::cat({step.view(tap(step.student, "embedding"), 0),
                                  step.view(tap(step.peers.front(), "embedding"), 0)},
                                 1);
    return torch::softmax(gate_->forward(both), 1).slice(1, 0, 1);
  }

  std::shared_ptr<FusionBranch> fusion_;
  std::shared_ptr<torch::nn::LinearImpl> gate_;
  torch::Tensor class_weights_;
  EmlOptions options_;
};

}  // namespace

torch::Tensor eml_loss(const torch::Tensor& ensemble, const torch::Tensor& fused,
                       const torch::Tensor& own, double temperature) {
  const KdOptions kd{temperature, "batch_mean", true};
  return kd_loss(ensemble.detach(), own, kd) + kd_loss(fused.detach(), own, kd);
}

std::unique_ptr<Term> new_eml(const TermContext& context, const EmlOptions& options) {
  check_peers(context, "eml");
  if (context.peers.size() != 1)
    throw Error("eml joins the student and one peer", "term eml", "one peer",
                fmt::format("{}", context.peers.size()));
  const Graph &student = context.student, &peer = *context.peers.front();
  auto fusion = context.aux.get<FusionBranch>("fusion", [&] {
    return std::make_shared<FusionBranch>(map_shape(student, "features", "eml").channels,
                                          map_shape(peer, "features", "eml").channels,
                                          context.classes);
  });
  std::shared_ptr<torch::nn::LinearImpl> gate;
  if (options.gate)
    gate = context.aux.get<torch::nn::LinearImpl>("gate", [&] {
      const int64_t width = student.shape("embedding").channels + peer.shape("embedding").channels;
      return std::make_shared<torch::nn::LinearImpl>(width, 2);
    });
  return std::make_unique<Eml>(std::move(fusion), std::move(gate), context.class_weights, options);
}

}  // namespace derm
