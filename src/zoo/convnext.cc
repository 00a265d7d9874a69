// ConvNeXt: Liu et al., "A ConvNet for the 2020s", CVPR 2022. Tiny and Base.
//
// Taps: stem is features.0 (stride 4, there is no stride 2); stage1 to stage4 are features.1, .3,
// .5 and .7 (strides 4, 8, 16, 32); features is features.7, which may be negative. The embedding is
// the vector that enters the last layer: pooled, then normalised by classifier.0.
#include <array>

#include "graph/builder.h"
#include "zoo/families.h"
#include "zoo/layout.h"

namespace derm {
namespace {

constexpr double kEps = 1e-6;

struct Layout {
  const char* name;
  std::array<int64_t, 4> channels;
  std::array<int64_t, 4> blocks;
  double stochastic_depth;  // of the last block; rises from 0 block by block

  int64_t total() const { return blocks[0] + blocks[1] + blocks[2] + blocks[3]; }
};

constexpr std::array<Layout, 2> kLayouts = {
    {{"convnext_tiny", {96, 192, 384, 768}, {3, 3, 9, 3}, 0.1},
     {"convnext_base", {128, 256, 512, 1024}, {3, 3, 27, 3}, 0.5}}};

Value block(GraphBuilder& g, Value x, const std::string& name, double drop) {
  const int64_t channels = g.shape(x).channels;
  Value y = g.conv(x, name + ".block.0", channels, {7, 1, channels, true});
  y = g.layer_norm(y, name + ".block.2", kEps);
  y = g.activation(OpKind::kGelu, g.pointwise(y, name + ".block.3", 4 * channels));
  y = g.layer_scale(g.pointwise(y, name + ".block.5", channels), name);
  return g.add(g.stochastic_depth(y, name + ".stochastic_depth", drop), x);
}

Value stages(GraphBuilder& g, Value x, const Layout& layout) {
  int64_t done = 0;
  for (size_t s = 0; s < layout.blocks.size(); ++s) {
    if (s > 0) {
      x = g.layer_norm(x, fmt::format("features.{}.0", 2 * s), kEps);
      x = g.conv(x, fmt::format("features.{}.1", 2 * s), layout.channels[s], {2, 2, 1, true, 0});
    }
    for (int64_t b = 0; b < layout.blocks[s]; ++b) {
      const double drop = layout.stochastic_depth * static_cast<double>(done++) /
                          static_cast<double>(layout.total() - 1);
      x = block(g, x, fmt::format("features.{}.{}", 2 * s + 1, b), drop);
    }
    g.tap(fmt::format("stage{}", s + 1), x);
  }
  return x;
}

}  // namespace

Graph convnext(const std::string& name, const NetworkOptions& options) {
  const Layout& layout = layout_of(kLayouts, name);
  GraphBuilder g(name, options.classes, {3, options.side_px, options.side_px}, Init::kNormal02,
                 Init::kNormal02);
  Value x = g.conv(g.input(), "features.0.0", layout.channels[0], {4, 4, 1, true, 0});
  x = g.tap("stem", g.layer_norm(x, "features.0.1", kEps));
  x = g.tap("features", stages(g, x, layout));
  x = g.layer_norm(g.global_avg_pool(x), "classifier.0", kEps);
  x = g.tap("embedding", g.flatten(x));
  x = g.dropout(x, "dropout", options.dropout_or(0));
  g.tap("logits", g.linear(x, "classifier.2", options.classes));
  return g.finish();
}

}  // namespace derm
