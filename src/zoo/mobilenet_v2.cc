// MobileNetV2: Sandler et al., "MobileNetV2: Inverted Residuals and Linear Bottlenecks", CVPR 2018.
//
// Taps: stem is features.0 (stride 2); a stage ends with the last block of its stride: stage1
// features.3 (stride 4), stage2 features.6 (8), stage3 features.13 (16), stage4 features.17 (32);
// features is features.18, the 1x1 convolution before pooling.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "graph/builder.h"
#include "zoo/families.h"
#include "zoo/rounding.h"

namespace derm {
namespace {

constexpr double kDropout = 0.2;  // of the classifier, as in the paper's code

struct Group {
  int64_t expansion, channels, blocks, stride;
  const char* tap;  // at the end of the group; null: none
};

constexpr std::array<Group, 7> kGroups = {{{1, 16, 1, 1, nullptr},
                                           {6, 24, 2, 2, "stage1"},
                                           {6, 32, 3, 2, "stage2"},
                                           {6, 64, 4, 2, nullptr},
                                           {6, 96, 3, 1, "stage3"},
                                           {6, 160, 3, 2, nullptr},
                                           {6, 320, 1, 1, "stage4"}}};

int64_t scaled(int64_t channels, double width) {
  return multiple_of_8(static_cast<double>(channels) * width);
}

// Convolution `prefix`.0, batch norm `prefix`.1, ReLU6.
Value conv_bn_relu6(GraphBuilder& g, Value x, const std::string& prefix, int64_t out,
                    ConvOptions options) {
  x = g.conv(x, prefix + ".0", out, options);
  return g.relu6(g.batch_norm(x, prefix + ".1"));
}

Value inverted_residual(GraphBuilder& g, Value x, int64_t index, int64_t expansion, int64_t out,
                        int64_t stride) {
  const Value input = x;
  const std::string prefix = fmt::format("features.{}.conv.", index);
  const int64_t in = g.shape(x).channels, hidden = in * expansion;
  int64_t part = 0;
  if (expansion != 1) x = conv_bn_relu6(g, x, prefix + std::to_string(part++), hidden, {1});
  x = conv_bn_relu6(g, x, prefix + std::to_string(part++), hidden, {3, stride, hidden});
  x = g.conv(x, prefix + std::to_string(part++), out, {1});
  x = g.batch_norm(x, prefix + std::to_string(part));
  return stride == 1 && in == out ? g.add(input, x) : x;
}

Value blocks(GraphBuilder& g, Value x, double width) {
  int64_t index = 1;
  for (const Group& group : kGroups) {
    for (int64_t b = 0; b < group.blocks; ++b)
      x = inverted_residual(g, x, index++, group.expansion, scaled(group.channels, width),
                            b == 0 ? group.stride : 1);
    if (group.tap != nullptr) g.tap(group.tap, x);
  }
  return x;
}

}  // namespace

std::string mobilenet_v2_name(double width) {
  return width == 1 ? "mobilenet_v2" : fmt::format("mobilenet_v2_{}", width);
}

Graph mobilenet_v2(double width, const NetworkOptions& options) {
  GraphBuilder g(mobilenet_v2_name(width), options.classes, {3, options.side_px, options.side_px},
                 Init::kKaimingFanOut, Init::kNormal);
  Value x = conv_bn_relu6(g, g.input(), "features.0", scaled(32, width), {3, 2});
  x = blocks(g, g.tap("stem", x), width);
  x = conv_bn_relu6(g, x, "features.18", scaled(1280, std::max(1.0, width)), {1});
  g.tap("features", x);
  x = g.tap("embedding", g.flatten(g.global_avg_pool(x)));
  x = g.dropout(x, "classifier.0", options.dropout_or(kDropout));
  g.tap("logits", g.linear(x, "classifier.1", options.classes));
  return g.finish();
}

}  // namespace derm
