// ResNet: He et al., "Deep Residual Learning for Image Recognition", CVPR 2016.
// Differs from paper: the stride of a bottleneck sits in its 3x3 convolution ("v1.5"), as in
// torchvision.
#include <array>

#include "base/error.h"
#include "graph/builder.h"
#include "zoo/families.h"

namespace derm {
namespace {

struct Layout {
  int depth;
  std::array<int, 4> blocks;
  bool bottleneck;
};

constexpr std::array<Layout, 4> kLayouts = {{{18, {2, 2, 2, 2}, false},
                                             {34, {3, 4, 6, 3}, false},
                                             {50, {3, 4, 6, 3}, true},
                                             {101, {3, 4, 23, 3}, true}}};

const Layout& layout_of(int depth) {
  for (const Layout& layout : kLayouts)
    if (layout.depth == depth) return layout;
  throw Error("no ResNet of this depth", "resnet", "18, 34, 50 or 101", std::to_string(depth));
}

struct Block {
  std::string name;  // "layer2.0"
  int64_t planes, stride;
};

Value conv_bn(GraphBuilder& g, Value x, const Block& block, int index, int64_t out,
              ConvOptions options) {
  const std::string number = std::to_string(index);
  x = g.conv(x, block.name + ".conv" + number, out, options);
  return g.batch_norm(x, block.name + ".bn" + number);
}

Value basic_branch(GraphBuilder& g, Value x, const Block& block) {
  x = g.relu(conv_bn(g, x, block, 1, block.planes, {3, block.stride}));
  return conv_bn(g, x, block, 2, block.planes, {3});
}

Value bottleneck_branch(GraphBuilder& g, Value x, const Block& block) {
  x = g.relu(conv_bn(g, x, block, 1, block.planes, {1}));
  x = g.relu(conv_bn(g, x, block, 2, block.planes, {3, block.stride}));
  return conv_bn(g, x, block, 3, 4 * block.planes, {1});
}

Value residual_block(GraphBuilder& g, Value x, const Block& block, bool bottleneck) {
  const Value branch = bottleneck ? bottleneck_branch(g, x, block) : basic_branch(g, x, block);
  Value shortcut = x;
  if (!(g.shape(branch) == g.shape(x))) {
    shortcut = g.conv(x, block.name + ".downsample.0", g.shape(branch).channels, {1, block.stride});
    shortcut = g.batch_norm(shortcut, block.name + ".downsample.1");
  }
  return g.relu(g.add(branch, shortcut));
}

Value stage(GraphBuilder& g, Value x, const Layout& layout, int64_t index) {
  const int blocks = layout.blocks[static_cast<size_t>(index)];
  for (int b = 0; b < blocks; ++b) {
    const Block block{fmt::format("layer{}.{}", index + 1, b), int64_t{64} << index,
                      b == 0 && index > 0 ? 2 : 1};
    x = residual_block(g, x, block, layout.bottleneck);
  }
  return g.tap(fmt::format("stage{}", index + 1), x);
}

}  // namespace

Graph resnet(int depth, const NetworkOptions& options) {
  const Layout& layout = layout_of(depth);
  GraphBuilder g(fmt::format("resnet{}", depth), options.classes,
                 {3, options.side_px, options.side_px}, Init::kKaimingFanOut);
  Value x = g.conv(g.input(), "conv1", 64, {7, 2});
  x = g.tap("stem", g.relu(g.batch_norm(x, "bn1")));
  x = g.max_pool(x, {3, 2, 1});
  for (int64_t i = 0; i < 4; ++i) x = stage(g, x, layout, i);
  g.tap("features", x);
  x = g.tap("embedding", g.flatten(g.global_avg_pool(x)));
  x = g.dropout(x, "dropout", options.dropout_or(0));
  g.tap("logits", g.linear(x, "fc", options.classes));
  return g.finish();
}

}  // namespace derm
