// DSNet, the student of Khan et al., "Knowledge Distillation approach towards Melanoma Detection",
// arXiv 2210.08086, 2022. Three convolutions without padding, and no pooling before the classifier:
// its size depends on the side of the images (the paper's is 224).
// Differs from paper: maps are flattened channel by channel, theirs position by position.
//
// Taps: stem and stage1 are the pooled first and second convolution (strides 2 and 4); the network
// ends at stride 4, so stage2 to stage4 and features are all the third convolution. The embedding
// is that map, flattened.
#include "graph/builder.h"
#include "zoo/families.h"

namespace derm {
namespace {

constexpr double kDropout = 0.25;

Value conv_relu(GraphBuilder& g, Value x, const std::string& name, int64_t out) {
  return g.relu(g.conv(x, name, out, {3, 1, 1, true, 0}));
}

}  // namespace

Graph dsnet(const NetworkOptions& options) {
  GraphBuilder g("dsnet", options.classes, {3, options.side_px, options.side_px});
  Value x = g.tap("stem", g.max_pool(conv_relu(g, g.input(), "conv1", 128), {2, 2}));
  x = g.tap("stage1", g.max_pool(conv_relu(g, x, "conv2", 64), {2, 2}));
  x = conv_relu(g, x, "conv3", 32);
  for (const char* tap : {"stage2", "stage3", "stage4", "features"}) g.tap(tap, x);
  x = g.tap("embedding", g.flatten(x));
  x = g.dropout(x, "dropout", options.dropout_or(kDropout));
  g.tap("logits", g.linear(x, "fc", options.classes));
  return g.finish();
}

}  // namespace derm
