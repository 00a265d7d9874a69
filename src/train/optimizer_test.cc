#include "train/optimizer.h"

#include <gtest/gtest.h>
#include <torch/optim/adamw.h>
#include <torch/optim/sgd.h>

namespace derm {
namespace {

// A small problem with matrices, vectors and one parameter that gets no gradient at all.
struct Problem {
  std::vector<torch::Tensor> tensors;
  explicit Problem(torch::ScalarType type = torch::kDouble) {
    torch::manual_seed(11);
    for (const auto& shape : {std::vector<int64_t>{4, 3}, {3}, {2, 2}})
      tensors.push_back(torch::randn(shape, type).set_requires_grad(true));
  }
  void backward() const {
    const auto x = torch::linspace(-1, 1, 8, tensors[0].options()).reshape({2, 4});
    (torch::matmul(x, tensors[0]) + tensors[1]).tanh().pow(2).sum().backward();
  }
  NamedParameters named() const {
    return {{"a.weight", tensors[0]}, {"a.bias", tensors[1]}, {"idle.weight", tensors[2]}};
  }
};

void expect_same(const Problem& ours, const Problem& theirs, double tolerance) {
  for (size_t i = 0; i < ours.tensors.size(); ++i)
    EXPECT_LT((ours.tensors[i] - theirs.tensors[i]).abs().max().item<double>(), tolerance) << i;
}

TEST(Optimizer, SgdEqualsTorchOverManySteps) {
  for (const bool nesterov : {false, true}) {
    const Problem ours, theirs;
    OptimConfig config;
    config.lr = 0.05;
    config.weight_decay = 0.01;
    config.nesterov = nesterov;
    Optimizer optimizer(ours.named(), config);
    torch::optim::SGD peer(
        theirs.tensors,
        torch::optim::SGDOptions(0.05).momentum(0.9).weight_decay(0.01).nesterov(nesterov));
    for (int step = 0; step < 20; ++step) {
      optimizer.zero_grad();
      ours.backward();
      optimizer.step(0.05);
      peer.zero_grad();
      theirs.backward();
      peer.step();
    }
    expect_same(ours, theirs, 1e-12);
  }
}

TEST(Optimizer, AdamWEqualsTorchOverManySteps) {
  const Problem ours, theirs;
  OptimConfig config;
  config.kind = "adamw";
  config.weight_decay = 0.1;
  Optimizer optimizer(ours.named(), config);
  torch::optim::AdamW peer(theirs.tensors, torch::optim::AdamWOptions(0.01).weight_decay(0.1));
  for (int step = 0; step < 20; ++step) {
    optimizer.zero_grad();
    ours.backward();
    optimizer.step(0.01);
    peer.zero_grad();
    theirs.backward();
    peer.step();
  }
  expect_same(ours, theirs, 1e-12);
}

TEST(Optimizer, LeavesNormAndBiasUndecayedWhereAsked) {
  const Problem decayed, spared;
  OptimConfig config;
  config.momentum = 0;
  config.weight_decay = 0.5;
  const auto step = [&](const Problem& problem) {
    Optimizer optimizer(problem.named(), config);
    problem.backward();
    optimizer.step(0.1);
  };
  step(decayed);
  config.decay_norm_and_bias = false;
  step(spared);
  EXPECT_TRUE(decayed.tensors[0].equal(spared.tensors[0]));
  EXPECT_FALSE(decayed.tensors[1].equal(spared.tensors[1]));
}

TEST(Optimizer, ClipsTheWholeGradientToTheNorm) {
  const Problem problem;
  OptimConfig config;
  config.clip_norm = 1e-3;
  config.momentum = config.weight_decay = 0;
  const auto before = problem.tensors[0].detach().clone(),
             bias = problem.tensors[1].detach().clone();
  Optimizer optimizer(problem.named(), config);
  problem.backward();
  EXPECT_GT(optimizer.step(1.0), 1e-3) << "the norm before clipping";
  const auto moved =
      (problem.tensors[0] - before).pow(2).sum() + (problem.tensors[1] - bias).pow(2).sum();
  EXPECT_NEAR(moved.sqrt().item<double>(), 1e-3, 1e-5);
}

TEST(Optimizer, RestoredStateContinuesBitForBit) {
  for (const char* kind : {"sgd", "adamw"}) {
    const Problem whole(torch::kFloat), resumed(torch::kFloat);
    OptimConfig config;
    config.kind = kind;
    Optimizer first(whole.named(), config);
    auto second = std::make_unique<Optimizer>(resumed.named(), config);
    for (int step = 0; step < 6; ++step) {
      if (step == 3) {
        auto state = second->state();
        for (auto& [name, tensor] : state) tensor = tensor.clone();
        const auto steps = second->steps();
        second = std::make_unique<Optimizer>(resumed.named(), config);
        second->restore(state, steps);
      }
      for (const auto& [problem, optimizer] :
           {std::pair(&whole, &first), {&resumed, second.get()}}) {
        optimizer->zero_grad();
        problem->backward();
        optimizer->step(0.01);
      }
    }
    for (size_t i = 0; i < whole.tensors.size(); ++i)
      EXPECT_TRUE(whole.tensors[i].equal(resumed.tensors[i])) << kind;
  }
}

TEST(Optimizer, RefusesAStateOfAnotherNetwork) {
  const Problem problem;
  Optimizer optimizer(problem.named(), {});
  EXPECT_THROW(optimizer.restore({{"other/momentum", torch::zeros({1})}}, 1), Error);
  EXPECT_THROW(optimizer.restore({{"a.bias/momentum", torch::zeros({9})}}, 1), Error);
  EXPECT_THROW(Optimizer({}, {}), Error);
}

}  // namespace
}  // namespace derm
