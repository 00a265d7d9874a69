// EfficientNet: Tan and Le, "EfficientNet: Rethinking Model Scaling for Convolutional Neural
// Networks", ICML 2019. B0, B4 and B7; the paper's sides are 224, 380 and 600 px.
//
// Taps: stem is features.0 (stride 2); stage1 to stage4 are features.2, .3, .5 and .7 (strides 4,
// 8, 16, 32), the last blocks of their strides; features is features.8, the 1x1 convolution before
// pooling.
#include <array>
#include <cmath>

#include "graph/builder.h"
#include "zoo/families.h"
#include "zoo/layout.h"
#include "zoo/rounding.h"
#include "zoo/squeeze_excite.h"

namespace derm {
namespace {

constexpr double kStochasticDepth = 0.2;  // of the last block; rises from 0 block by block

struct Scale {
  const char* name;
  double width, depth, dropout, eps, momentum;
};

constexpr std::array<Scale, 3> kScales = {{{"efficientnet_b0", 1.0, 1.0, 0.2, 1e-5, 0.1},
                                           {"efficientnet_b4", 1.4, 1.8, 0.4, 1e-5, 0.1},
                                           {"efficientnet_b7", 2.0, 3.1, 0.5, 1e-3, 0.01}}};

struct Stage {
  int64_t expansion, kernel, stride, channels, blocks;
  const char* tap;  // at its end; null: none
};

constexpr std::array<Stage, 7> kStages = {{{1, 3, 1, 16, 1, nullptr},
                                           {6, 3, 2, 24, 2, "stage1"},
                                           {6, 5, 2, 40, 2, "stage2"},
                                           {6, 3, 2, 80, 3, nullptr},
                                           {6, 5, 1, 112, 3, "stage3"},
                                           {6, 5, 2, 192, 4, nullptr},
                                           {6, 3, 1, 320, 1, "stage4"}}};

struct Family {
  GraphBuilder& g;
  const Scale& scale;

  int64_t scaled(int64_t channels) const {
    return multiple_of_8(static_cast<double>(channels) * scale.width);
  }
  int64_t blocks(const Stage& stage) const {
    return static_cast<int64_t>(std::ceil(static_cast<double>(stage.blocks) * scale.depth));
  }

  Value conv_bn(Value x, const std::string& name, int64_t out, ConvOptions options) {
    return g.batch_norm(g.conv(x, name + ".0", out, options), name + ".1", scale.eps,
                        scale.momentum);
  }
  Value conv_bn_silu(Value x, const std::string& name, int64_t out, ConvOptions options) {
    return g.activation(OpKind::kSilu, conv_bn(x, name, out, options));
  }

  Value block(Value x, const std::string& name, const Stage& stage, int64_t stride, double drop) {
    const Value input = x;
    const int64_t in = g.shape(x).channels, expanded = in * stage.expansion;
    const int64_t out = scaled(stage.channels);
    int64_t part = 0;
    const auto next = [&] { return fmt::format("{}.block.{}", name, part++); };
    if (expanded != in) x = conv_bn_silu(x, next(), expanded, {1});
    x = conv_bn_silu(x, next(), expanded, {stage.kernel, stride, expanded});
    x = squeeze_excite(g, x, next(), {in / 4, OpKind::kSilu, OpKind::kSigmoid});
    x = conv_bn(x, next(), out, {1});
    if (stride != 1 || in != out) return x;
    return g.add(g.stochastic_depth(x, name + ".stochastic_depth", drop), input);
  }

  Value all_blocks(Value x) {
    int64_t total = 0, done = 0;
    for (const Stage& stage : kStages) total += blocks(stage);
    for (size_t s = 0; s < kStages.size(); ++s) {
      const Stage& stage = kStages[s];
      for (int64_t b = 0; b < blocks(stage); ++b) {
        const double drop =
            kStochasticDepth * static_cast<double>(done++) / static_cast<double>(total);
        x = block(x, fmt::format("features.{}.{}", s + 1, b), stage, b == 0 ? stage.stride : 1,
                  drop);
      }
      if (stage.tap != nullptr) g.tap(stage.tap, x);
    }
    return x;
  }
};

}  // namespace

Graph efficientnet(const std::string& name, const NetworkOptions& options) {
  const Scale& scale = layout_of(kScales, name);
  GraphBuilder g(name, options.classes, {3, options.side_px, options.side_px}, Init::kKaimingFanOut,
                 Init::kFanOut);
  Family family{g, scale};
  Value x = family.conv_bn_silu(g.input(), "features.0", family.scaled(32), {3, 2});
  x = family.all_blocks(g.tap("stem", x));
  x = family.conv_bn_silu(x, "features.8", 4 * g.shape(x).channels, {1});
  x = g.tap("embedding", g.flatten(g.global_avg_pool(g.tap("features", x))));
  x = g.dropout(x, "classifier.0", options.dropout_or(scale.dropout));
  g.tap("logits", g.linear(x, "classifier.1", options.classes));
  return g.finish();
}

}  // namespace derm
