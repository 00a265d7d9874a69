// ShuffleNetV1: Zhang et al., "ShuffleNet: An Extremely Efficient Convolutional Neural Network for
// Mobile Devices", CVPR 2018. Op names are MMPretrain's.
// Differs from paper: channels are shuffled behind the depthwise convolution, as in MMPretrain, not
// in front of it; that convolution knows its channels one by one, so it only reorders its weights.
//
// Taps: stem is conv1 (stride 2), stage1 the max pool behind it (4); stage2, stage3 and stage4 are
// the paper's stages of those names (8, 16, 32); features is stage4.
#include <array>

#include "base/error.h"
#include "graph/builder.h"
#include "zoo/families.h"

namespace derm {
namespace {

constexpr std::array<int64_t, 3> kUnits = {4, 8, 4};

int64_t first_channels(int64_t groups) {
  if (groups == 3) return 240;
  if (groups == 8) return 384;
  throw Error("no ShuffleNetV1 of these groups", "shufflenet_v1", "3 or 8", std::to_string(groups));
}

Value conv_bn(GraphBuilder& g, Value x, const std::string& name, int64_t out, ConvOptions options) {
  return g.batch_norm(g.conv(x, name + ".conv", out, options), name + ".bn");
}

// A unit of another number of channels has stride 2 and sets its input, pooled, beside its result.
Value unit(GraphBuilder& g, Value x, const std::string& name, int64_t out, int64_t groups) {
  const int64_t in = g.shape(x).channels, middle = out / 4;
  const bool strided = in != out, first = in < middle;  // too few channels to be grouped
  Value y = conv_bn(g, x, name + ".g_conv_1x1_compress", middle, {1, 1, first ? 1 : groups});
  y = conv_bn(g, g.relu(y), name + ".depthwise_conv3x3_bn", middle, {3, strided ? 2 : 1, middle});
  y = g.channel_shuffle(y, groups);
  y = conv_bn(g, y, name + ".g_conv_1x1_expand", strided ? out - in : out, {1, 1, groups});
  if (strided) return g.concat({g.avg_pool(x, {3, 2, 1}), g.relu(y)});
  return g.relu(g.add(y, x));
}

}  // namespace

Graph shufflenet_v1(int64_t groups, const NetworkOptions& options) {
  const int64_t channels = first_channels(groups);
  GraphBuilder g(fmt::format("shufflenet_v1_g{}_x1.0", groups), options.classes,
                 {3, options.side_px, options.side_px});
  Value x = g.tap("stem", g.relu(conv_bn(g, g.input(), "conv1", 24, {3, 2})));
  x = g.tap("stage1", g.max_pool(x, {3, 2, 1}));
  for (size_t s = 0; s < kUnits.size(); ++s) {
    for (int64_t u = 0; u < kUnits[s]; ++u)
      x = unit(g, x, fmt::format("layers.{}.{}", s, u), channels << s, groups);
    g.tap(fmt::format("stage{}", s + 2), x);
  }
  g.tap("features", x);
  x = g.tap("embedding", g.flatten(g.global_avg_pool(x)));
  x = g.dropout(x, "dropout", options.dropout_or(0));
  g.tap("logits", g.linear(x, "fc", options.classes));
  return g.finish();
}

}  // namespace derm
