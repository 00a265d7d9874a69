// ShuffleNetV2: Ma et al., "ShuffleNet V2: Practical Guidelines for Efficient CNN Architecture
// Design", ECCV 2018.
//
// Taps: stem is conv1 (stride 2), stage1 the max pool behind it (4); stage2, stage3 and stage4 are
// the paper's stages of those names (8, 16, 32); features is conv5.
#include <array>

#include "graph/builder.h"
#include "zoo/families.h"
#include "zoo/layout.h"

namespace derm {
namespace {

constexpr std::array<int64_t, 3> kUnits = {4, 8, 4};

struct Layout {
  const char* name;
  std::array<int64_t, 3> stages;  // channels
  int64_t last;                   // channels of conv5
};

// Differs from paper: of "wide ShuffleNet" (Hoang et al., Applied Sciences 12:2677, 2022) only the
// size was available, 1.8 M parameters. wide_shufflenet is a RECONSTRUCTION: ShuffleNetV2 with
// channels between x1.0 and x1.5 that make 1.78 M with 8 classes.
constexpr std::array<Layout, 5> kLayouts = {{{"shufflenet_v2_x0.5", {48, 96, 192}, 1024},
                                             {"shufflenet_v2_x1.0", {116, 232, 464}, 1024},
                                             {"shufflenet_v2_x1.5", {176, 352, 704}, 1024},
                                             {"shufflenet_v2_x2.0", {244, 488, 976}, 2048},
                                             {"wide_shufflenet", {144, 288, 576}, 1024}}};

// Appends the modules of one torchvision Sequential: `prefix`.0, `prefix`.1 ...
struct Branch {
  GraphBuilder& g;
  std::string prefix;
  int64_t next = 0;

  std::string name() { return fmt::format("{}.{}", prefix, next++); }

  Value conv_bn_relu(Value x, int64_t out, ConvOptions options = {}) {
    x = g.relu(conv_bn(x, out, options));
    ++next;
    return x;
  }
  Value conv_bn(Value x, int64_t out, ConvOptions options) {
    x = g.conv(x, name(), out, options);
    return g.batch_norm(x, name());
  }
  Value depthwise(Value x, int64_t stride) {
    const int64_t channels = g.shape(x).channels;
    return conv_bn(x, channels, {3, stride, channels});
  }
};

Value unit(GraphBuilder& g, Value x, const std::string& name, int64_t out, int64_t stride) {
  const int64_t half = out / 2;
  Value kept, changed = x;
  if (stride == 1) {
    kept = g.slice(x, 0, half);
    changed = g.slice(x, half, half);
  } else {
    Branch first{g, name + ".branch1"};
    kept = first.depthwise(x, stride);
    kept = first.conv_bn_relu(kept, half);
  }
  Branch second{g, name + ".branch2"};
  changed = second.conv_bn_relu(changed, half);
  changed = second.depthwise(changed, stride);
  changed = second.conv_bn_relu(changed, half);
  return g.channel_shuffle(g.concat({kept, changed}), 2);
}

}  // namespace

Graph shufflenet_v2(const std::string& name, const NetworkOptions& options) {
  const Layout& layout = layout_of(kLayouts, name);
  GraphBuilder g(name, options.classes, {3, options.side_px, options.side_px});
  Value x = g.tap("stem", Branch{g, "conv1"}.conv_bn_relu(g.input(), 24, {3, 2}));
  x = g.tap("stage1", g.max_pool(x, {3, 2, 1}));
  for (size_t s = 0; s < kUnits.size(); ++s) {
    const std::string stage = fmt::format("stage{}", s + 2);
    for (int64_t u = 0; u < kUnits[s]; ++u)
      x = unit(g, x, fmt::format("{}.{}", stage, u), layout.stages[s], u == 0 ? 2 : 1);
    g.tap(stage, x);
  }
  x = g.tap("features", Branch{g, "conv5"}.conv_bn_relu(x, layout.last));
  x = g.tap("embedding", g.flatten(g.global_avg_pool(x)));
  x = g.dropout(x, "dropout", options.dropout_or(0));
  g.tap("logits", g.linear(x, "fc", options.classes));
  return g.finish();
}

}  // namespace derm
