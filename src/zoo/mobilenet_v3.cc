// MobileNetV3: Howard et al., "Searching for MobileNetV3", ICCV 2019.
//
// Taps: stem is features.0 (stride 2); a stage ends with the last block of its stride (4, 8, 16,
// 32); features is the 1x1 convolution before pooling. The embedding is the pooled vector, before
// the hidden layer of the classifier.
#include <vector>

#include "graph/builder.h"
#include "zoo/families.h"
#include "zoo/layout.h"
#include "zoo/rounding.h"
#include "zoo/squeeze_excite.h"

namespace derm {
namespace {

constexpr double kDropout = 0.2, kEps = 1e-3, kMomentum = 0.01;
constexpr OpKind kRelu = OpKind::kRelu, kSwish = OpKind::kHardswish;

struct Block {
  int64_t kernel, expanded, out;
  bool excited;
  OpKind activation;
  int64_t stride;
};

struct Layout {
  const char* name;
  int64_t hidden;
  std::vector<Block> blocks;
};

const std::vector<Layout>& layouts() {
  static const std::vector<Layout> table = {{"mobilenet_v3_small",
                                             1024,
                                             {{3, 16, 16, true, kRelu, 2},
                                              {3, 72, 24, false, kRelu, 2},
                                              {3, 88, 24, false, kRelu, 1},
                                              {5, 96, 40, true, kSwish, 2},
                                              {5, 240, 40, true, kSwish, 1},
                                              {5, 240, 40, true, kSwish, 1},
                                              {5, 120, 48, true, kSwish, 1},
                                              {5, 144, 48, true, kSwish, 1},
                                              {5, 288, 96, true, kSwish, 2},
                                              {5, 576, 96, true, kSwish, 1},
                                              {5, 576, 96, true, kSwish, 1}}},
                                            {"mobilenet_v3_large",
                                             1280,
                                             {{3, 16, 16, false, kRelu, 1},
                                              {3, 64, 24, false, kRelu, 2},
                                              {3, 72, 24, false, kRelu, 1},
                                              {5, 72, 40, true, kRelu, 2},
                                              {5, 120, 40, true, kRelu, 1},
                                              {5, 120, 40, true, kRelu, 1},
                                              {3, 240, 80, false, kSwish, 2},
                                              {3, 200, 80, false, kSwish, 1},
                                              {3, 184, 80, false, kSwish, 1},
                                              {3, 184, 80, false, kSwish, 1},
                                              {3, 480, 112, true, kSwish, 1},
                                              {3, 672, 112, true, kSwish, 1},
                                              {5, 672, 160, true, kSwish, 2},
                                              {5, 960, 160, true, kSwish, 1},
                                              {5, 960, 160, true, kSwish, 1}}}};
  return table;
}

Value conv_bn(GraphBuilder& g, Value x, const std::string& name, int64_t out, ConvOptions options) {
  return g.batch_norm(g.conv(x, name + ".0", out, options), name + ".1", kEps, kMomentum);
}

Value inverted_residual(GraphBuilder& g, Value x, size_t index, const Block& block) {
  const Value input = x;
  const int64_t in = g.shape(x).channels, expanded = block.expanded;
  int64_t part = 0;
  const auto next = [&] { return fmt::format("features.{}.block.{}", index, part++); };
  if (expanded != in) x = g.activation(block.activation, conv_bn(g, x, next(), expanded, {1}));
  x = conv_bn(g, x, next(), expanded, {block.kernel, block.stride, expanded});
  x = g.activation(block.activation, x);
  const auto squeezed = multiple_of_8(static_cast<double>(expanded) / 4);
  if (block.excited)
    x = squeeze_excite(g, x, next(), {squeezed, OpKind::kRelu, OpKind::kHardsigmoid});
  x = conv_bn(g, x, next(), block.out, {1});
  return block.stride == 1 && in == block.out ? g.add(x, input) : x;
}

Value blocks(GraphBuilder& g, Value x, const Layout& layout) {
  int64_t stride = 2, stage = 0;
  size_t index = 1;
  for (const Block& block : layout.blocks) {
    if (block.stride == 2 && stride > 2) g.tap(fmt::format("stage{}", ++stage), x);
    stride *= block.stride;
    x = inverted_residual(g, x, index++, block);
  }
  return g.tap("stage4", x);
}

}  // namespace

Graph mobilenet_v3(const std::string& name, const NetworkOptions& options) {
  const Layout& layout = layout_of(layouts(), name);
  GraphBuilder g(name, options.classes, {3, options.side_px, options.side_px}, Init::kKaimingFanOut,
                 Init::kNormal);
  Value x = g.activation(kSwish, conv_bn(g, g.input(), "features.0", 16, {3, 2}));
  x = blocks(g, g.tap("stem", x), layout);
  const std::string last = fmt::format("features.{}", layout.blocks.size() + 1);
  x = g.activation(kSwish, conv_bn(g, x, last, 6 * g.shape(x).channels, {1}));
  x = g.tap("embedding", g.flatten(g.global_avg_pool(g.tap("features", x))));
  x = g.activation(kSwish, g.linear(x, "classifier.0", layout.hidden));
  x = g.dropout(x, "classifier.2", options.dropout_or(kDropout));
  g.tap("logits", g.linear(x, "classifier.3", options.classes));
  return g.finish();
}

}  // namespace derm
