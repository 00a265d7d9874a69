// SqueezeNet 1.1: Iandola et al., "SqueezeNet: AlexNet-level accuracy with 50x fewer parameters and
// <0.5MB model size", arXiv 1602.07360, 2016; version 1.1 is the authors' later, cheaper release.
//
// Taps: stem is features.1 (stride 2); stage1 to stage4 are features.4, .7, .10 and .12 (strides 4,
// 8, 16, 16: the network ends there); features is features.12. The classifier is a convolution
// whose map is averaged, so no vector enters it: the embedding is the mean of features.
#include <fmt/format.h>

#include <array>

#include "graph/builder.h"
#include "zoo/families.h"

namespace derm {
namespace {

constexpr double kDropout = 0.5;
constexpr PoolOptions kPool = {3, 2, 0, true};

struct Fire {
  int64_t index, squeezed, expanded;  // expanded: by 1x1 and by 3x3 convolutions, each
  bool pooled;                        // its input
  const char* tap;                    // null: none
};

constexpr std::array<Fire, 8> kFires = {{{3, 16, 64, true, nullptr},
                                         {4, 16, 64, false, "stage1"},
                                         {6, 32, 128, true, nullptr},
                                         {7, 32, 128, false, "stage2"},
                                         {9, 48, 192, true, nullptr},
                                         {10, 48, 192, false, "stage3"},
                                         {11, 64, 256, false, nullptr},
                                         {12, 64, 256, false, "stage4"}}};

Value fire(GraphBuilder& g, Value x, const Fire& fire) {
  const std::string prefix = fmt::format("features.{}.", fire.index);
  const auto conv = [&](Value in, const char* name, int64_t out, int64_t kernel) {
    return g.relu(g.conv(in, prefix + name, out, {kernel, 1, 1, true}));
  };
  if (fire.pooled) x = g.max_pool(x, kPool);
  x = conv(x, "squeeze", fire.squeezed, 1);
  const Value narrow = conv(x, "expand1x1", fire.expanded, 1);
  return g.concat({narrow, conv(x, "expand3x3", fire.expanded, 3)});
}

}  // namespace

Graph squeezenet1_1(const NetworkOptions& options) {
  GraphBuilder g("squeezenet1_1", options.classes, {3, options.side_px, options.side_px},
                 Init::kKaimingFanIn);
  Value x = g.tap("stem", g.relu(g.conv(g.input(), "features.0", 64, {3, 2, 1, true, 0})));
  for (const Fire& layer : kFires) {
    x = fire(g, x, layer);
    if (layer.tap != nullptr) g.tap(layer.tap, x);
  }
  g.tap("features", x);
  g.tap("embedding", g.flatten(g.global_avg_pool(x)));
  x = g.dropout(x, "classifier.0", options.dropout_or(kDropout));
  x = g.relu(g.conv(x, "classifier.1", options.classes, {1, 1, 1, true, 0, Init::kNormal}));
  g.tap("logits", g.flatten(g.global_avg_pool(x)));
  return g.finish();
}

}  // namespace derm
