#include "distill/dml.h"

#include "base/error.h"
#include "distill/ce.h"
#include "distill/kd.h"

namespace derm {
namespace {

class Dml : public Term {
 public:
  Dml(torch::Tensor class_weights, const DmlOptions& options)
      : class_weights_(std::move(class_weights)), options_(options) {}

  Needs needs() const override { return {{"logits"}, {}, {"logits"}, 1}; }

  torch::Tensor loss(const Step& step) override {
    std::vector<torch::Tensor> all = {step.view(tap(step.student, "logits"), 0)};
    for (const auto& peer : step.peers) all.push_back(step.view(tap(peer, "logits"), 0));
    torch::Tensor total;
    for (size_t m = 0; m < all.size(); ++m) {
      auto others = all;
      others.erase(others.begin() + static_cast<int64_t>(m));
      const auto mutual = dml_loss(all[m], others, options_.temperature);
      total =
          m == 0 ? mutual : total + mutual + cross_entropy(all[m], step.labels, class_weights_, {});
    }
    return total;
  }

 private:
  torch::Tensor class_weights_;
  DmlOptions options_;
};

}  // namespace

torch::Tensor dml_loss(const torch::Tensor& own, const std::vector<torch::Tensor>& others,
                       double temperature) {
  torch::Tensor total;
  for (const auto& other : others) {
    const auto kd = kd_loss(other.detach(), own, {temperature, "batch_mean", true});
    total = total.defined() ? total + kd : kd;
  }
  return total / static_cast<double>(others.size());
}

void check_peers(const TermContext& context, const char* name) {
  if (context.peers.empty())
    throw Error("this term trains peers beside the student, and the run has none",
                fmt::format("term {}", name), "peers: [NETWORK, ...]");
  for (const auto* peer : context.peers)
    if (peer->classes != context.classes)
      throw Error("peer and student have different numbers of classes",
                  fmt::format("term {}, peer {}", name, peer->arch),
                  fmt::format("{} classes", context.classes),
                  fmt::format("{} classes", peer->classes));
}

std::unique_ptr<Term> new_dml(const TermContext& context, const DmlOptions& options) {
  check_peers(context, "dml");
  return std::make_unique<Dml>(context.class_weights, options);
}

}  // namespace derm
