// SmallCNN: the custom student of phase 2 in Saha et al., "Knowledge distillation approach for skin
// cancer classification on lightweight deep learning model", Healthcare Technology Letters 2025.
// Differs from paper: only its abstract is public, which does not say the layers. This is a
// RECONSTRUCTION: four blocks of convolution, batch norm, ReLU and pooling, then dropout.
//
// Taps: block1 to block3 are stem, stage1 and stage2 (strides 2, 4, 8); the network ends at stride
// 16, so stage3, stage4 and features are all block4.
#include <fmt/format.h>

#include <array>

#include "graph/builder.h"
#include "zoo/families.h"

namespace derm {
namespace {

constexpr double kDropout = 0.3;
constexpr std::array<int64_t, 4> kChannels = {32, 64, 128, 128};

}  // namespace

Graph small_cnn(const NetworkOptions& options) {
  GraphBuilder g("small_cnn", options.classes, {3, options.side_px, options.side_px},
                 Init::kKaimingFanOut);
  std::array<Value, 4> blocks{};
  Value x = g.input();
  for (size_t i = 0; i < blocks.size(); ++i) {
    const std::string name = fmt::format("block{}", i + 1);
    x = g.batch_norm(g.conv(x, name + ".conv", kChannels[i], {3}), name + ".bn");
    x = blocks[i] = g.max_pool(g.relu(x), {2, 2});
  }
  g.tap("stem", blocks[0]);
  g.tap("stage1", blocks[1]);
  g.tap("stage2", blocks[2]);
  for (const char* tap : {"stage3", "stage4", "features"}) g.tap(tap, x);
  x = g.tap("embedding", g.flatten(g.global_avg_pool(x)));
  x = g.dropout(x, "dropout", options.dropout_or(kDropout));
  g.tap("logits", g.linear(x, "fc", options.classes));
  return g.finish();
}

}  // namespace derm
