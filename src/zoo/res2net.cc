// Res2Net, 26w x 4s: Gao et al., "Res2Net: A New Multi-scale Backbone Architecture", TPAMI 2021.
// Op names are timm's.
//
// Taps: stem is the first ReLU (stride 2); stage1 to stage4 are layer1 to layer4 (4, 8, 16, 32);
// features is layer4.
#include <array>
#include <vector>

#include "graph/builder.h"
#include "zoo/families.h"
#include "zoo/layout.h"

namespace derm {
namespace {

constexpr int64_t kWidth = 26, kScale = 4;  // channels of a split at 64 planes; splits

struct Layout {
  const char* name;
  std::array<int, 4> blocks;
};

constexpr std::array<Layout, 2> kLayouts = {
    {{"res2net50_26w_4s", {3, 4, 6, 3}}, {"res2net101_26w_4s", {3, 4, 23, 3}}}};

struct Block {
  std::string name;  // "layer2.0"
  int64_t planes, stride;
  bool first;  // of its stage
};

// Each split goes through a convolution together with the result of the split before it; the last
// one passes. In the first block of a stage nothing is added, and the last split is pooled.
Value multi_scale(GraphBuilder& g, Value x, const Block& block) {
  const int64_t width = g.shape(x).channels / kScale;
  std::vector<Value> done;
  for (int64_t i = 0; i < kScale - 1; ++i) {
    Value part = g.slice(x, i * width, width);
    if (!block.first && i > 0) part = g.add(part, done.back());
    part = g.conv(part, fmt::format("{}.convs.{}", block.name, i), width, {3, block.stride});
    done.push_back(g.relu(g.batch_norm(part, fmt::format("{}.bns.{}", block.name, i))));
  }
  const Value last = g.slice(x, (kScale - 1) * width, width);
  done.push_back(block.first ? g.avg_pool(last, {3, block.stride, 1}) : last);
  return g.concat(done);
}

Value residual_block(GraphBuilder& g, Value x, const Block& block) {
  const int64_t width = block.planes * kWidth / 64;
  const auto conv_bn = [&](Value in, const char* number, int64_t out) {
    return g.batch_norm(g.conv(in, block.name + ".conv" + number, out, {1}),
                        block.name + ".bn" + number);
  };
  Value y = g.relu(conv_bn(x, "1", kScale * width));
  y = conv_bn(multi_scale(g, y, block), "3", 4 * block.planes);
  if (block.first) {
    x = g.conv(x, block.name + ".downsample.0", 4 * block.planes, {1, block.stride});
    x = g.batch_norm(x, block.name + ".downsample.1");
  }
  return g.relu(g.add(y, x));
}

}  // namespace

Graph res2net(const std::string& name, const NetworkOptions& options) {
  const Layout& layout = layout_of(kLayouts, name);
  GraphBuilder g(name, options.classes, {3, options.side_px, options.side_px},
                 Init::kKaimingFanOut);
  Value x = g.conv(g.input(), "conv1", 64, {7, 2});
  x = g.tap("stem", g.relu(g.batch_norm(x, "bn1")));
  x = g.max_pool(x, {3, 2, 1});
  for (size_t s = 0; s < layout.blocks.size(); ++s) {
    for (int b = 0; b < layout.blocks[s]; ++b)
      x = residual_block(
          g, x,
          {fmt::format("layer{}.{}", s + 1, b), int64_t{64} << s, b == 0 && s > 0 ? 2 : 1, b == 0});
    g.tap(fmt::format("stage{}", s + 1), x);
  }
  g.tap("features", x);
  x = g.tap("embedding", g.flatten(g.global_avg_pool(x)));
  x = g.dropout(x, "dropout", options.dropout_or(0));
  g.tap("logits", g.linear(x, "fc", options.classes));
  return g.finish();
}

}  // namespace derm
