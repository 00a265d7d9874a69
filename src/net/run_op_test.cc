#include "net/run_op.h"

#include <gtest/gtest.h>

#include <cmath>

namespace derm {
namespace {

using torch::Tensor;

constexpr auto kChannelsLast = torch::MemoryFormat::ChannelsLast;

Op op_of(OpKind kind, int64_t channels) {
  Op op;
  op.kind = kind;
  op.shape = {channels, 1, 1};
  return op;
}

Tensor run(const Op& op, std::vector<Tensor> values,
           const std::map<std::string, Tensor>& weights = {}, bool training = false) {
  return run_op(op, {std::move(values), training, -1}, weights);
}

Tensor maps(int64_t rows, int64_t channels, int64_t side) {
  return torch::arange(rows * channels * side * side, torch::kFloat64)
      .sin()
      .view({rows, channels, side, side});
}

TEST(RunOp, ShufflesChannelsAcrossGroupsInEitherMemoryFormat) {
  Op op = op_of(OpKind::kChannelShuffle, 6);
  op.groups = 2;
  const Tensor x = maps(2, 6, 3), order = torch::tensor({0, 3, 1, 4, 2, 5});
  const Tensor plain = run(op, {x}), last = run(op, {x.contiguous(kChannelsLast)});
  EXPECT_TRUE(torch::equal(plain, x.index_select(1, order)));
  EXPECT_TRUE(torch::equal(last, plain));
  EXPECT_TRUE(plain.is_contiguous());
  EXPECT_TRUE(last.is_contiguous(kChannelsLast));
}

TEST(RunOp, SlicesWithoutACopyAndConcatenatesInOrder) {
  Op op = op_of(OpKind::kSlice, 2);
  op.begin = 3;
  const Tensor x = maps(2, 6, 3), part = run(op, {x});
  EXPECT_TRUE(torch::equal(part, x.index_select(1, torch::tensor({3, 4}))));
  EXPECT_TRUE(part.is_alias_of(x));
  const Tensor whole = run(op_of(OpKind::kConcat, 8), {part, x});
  EXPECT_TRUE(torch::equal(whole, x.index_select(1, torch::tensor({3, 4, 0, 1, 2, 3, 4, 5}))));
}

TEST(RunOp, GatesEveryChannelByItsFactor) {
  const Tensor x = maps(2, 6, 3), gate = maps(2, 6, 1);
  const Tensor gated = run(op_of(OpKind::kMultiply, 6), {x, gate});
  EXPECT_EQ(gated[1][4][2][0].item<double>(),
            x[1][4][2][0].item<double>() * gate[1][4][0][0].item<double>());
}

TEST(RunOp, NormalisesTheChannelsOfEveryPositionAndOfVectors) {
  Op op = op_of(OpKind::kLayerNorm, 6);
  op.eps = 1e-6;
  const Tensor weight = torch::linspace(1, 2, 6, torch::kFloat64), bias = weight - 1.5;
  const Tensor x = maps(2, 6, 3);
  const Tensor vector = x.select(3, 1).select(2, 2);
  const Tensor centred = vector - vector.mean(1, true);
  const Tensor expected =
      centred / (centred.square().mean(1, true) + op.eps).sqrt() * weight + bias;
  const std::map<std::string, Tensor> weights = {{"weight", weight}, {"bias", bias}};
  EXPECT_TRUE(torch::allclose(run(op, {x}, weights).select(3, 1).select(2, 2), expected));
  EXPECT_TRUE(torch::allclose(run(op, {vector}, weights), expected));
}

TEST(RunOp, RunsALinearLayerOfAMapAsAConvolutionOfOnePixel) {
  const Tensor weight = maps(1, 1, 6).view({6, 6}), bias = torch::ones({6}, torch::kFloat64);
  const Tensor x = maps(2, 6, 3).contiguous(kChannelsLast);
  const Tensor y = run(op_of(OpKind::kLinear, 6), {x}, {{"weight", weight}, {"bias", bias}});
  EXPECT_TRUE(torch::allclose(y, torch::conv2d(x, weight.view({6, 6, 1, 1}), bias)));
  EXPECT_TRUE(y.is_contiguous(kChannelsLast));
}

TEST(RunOp, BendsValuesAsTheFormulasSay) {
  const auto bend = [](OpKind kind, double x) {
    return run(op_of(kind, 1), {torch::full({1, 1}, x, torch::kFloat64)}).item<double>();
  };
  EXPECT_DOUBLE_EQ(bend(OpKind::kHardswish, 1.5), 1.5 * 4.5 / 6);
  EXPECT_DOUBLE_EQ(bend(OpKind::kHardsigmoid, -1.5), 1.5 / 6);
  EXPECT_DOUBLE_EQ(bend(OpKind::kHardsigmoid, 4), 1);
  EXPECT_DOUBLE_EQ(bend(OpKind::kSigmoid, 0.7), 1 / (1 + std::exp(-0.7)));
  EXPECT_DOUBLE_EQ(bend(OpKind::kSilu, 0.7), 0.7 / (1 + std::exp(-0.7)));
  EXPECT_DOUBLE_EQ(bend(OpKind::kGelu, 0.7), 0.35 * (1 + std::erf(0.7 / std::sqrt(2.0))));
}

class StochasticDepth : public ::testing::Test {
 protected:
  StochasticDepth() {
    op_.rate = 0.3;
    torch::manual_seed(3);
  }
  // The factor of each row, after checking that its whole map has the same.
  std::vector<double> factors(int64_t rows) {
    const Tensor x = torch::ones({rows, 4, 2, 2}, torch::kFloat64), y = run(op_, {x}, {}, true);
    std::vector<double> factors;
    for (int64_t row = 0; row < rows; ++row) {
      factors.push_back(y[row][0][0][0].item<double>());
      EXPECT_TRUE(torch::equal(y[row], torch::full_like(y[row], factors.back())));
    }
    return factors;
  }
  Op op_ = op_of(OpKind::kStochasticDepth, 4);
};

TEST_F(StochasticDepth, IsNothingInEvalMode) {
  const Tensor x = maps(3, 4, 2);
  EXPECT_TRUE(torch::equal(run(op_, {x}), x));
}

TEST_F(StochasticDepth, KeepsOrDropsWholeRowsAndTheirExpectation) {
  constexpr int64_t kRows = 4000;
  double sum = 0;
  for (const double factor : factors(kRows)) {
    EXPECT_TRUE(factor == 0 || std::abs(factor - 1 / 0.7) < 1e-12) << factor;
    sum += factor;
  }
  // Six standard deviations of the mean: sqrt(0.3 / 0.7 / 4000) each.
  EXPECT_NEAR(sum / kRows, 1, 6 * 0.0104);
}

TEST_F(StochasticDepth, DrawsRowsIndependently) {
  const std::vector<double> drawn = factors(4000);
  int both = 0;
  for (size_t i = 0; i + 1 < drawn.size(); i += 2) both += drawn[i] == 0 && drawn[i + 1] == 0;
  EXPECT_NEAR(both / 2000.0, 0.09, 6 * 0.0064);
}

TEST_F(StochasticDepth, FollowsTheDefaultGenerator) {
  const auto first = factors(64), second = factors(64);
  EXPECT_NE(first, second);
  torch::manual_seed(3);
  EXPECT_EQ(factors(64), first);
}

}  // namespace
}  // namespace derm
