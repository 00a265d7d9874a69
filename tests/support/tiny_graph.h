// A small network with every tap and most ops, for tests that need a graph but no real family.
#pragma once

#include "graph/builder.h"

namespace derm::testing {

// stem -> depthwise block with a shortcut -> strided stages -> classifier "fc". `side` from 32 on.
inline Graph tiny_graph(int64_t classes = 8, int64_t side = 32, double dropout = 0) {
  GraphBuilder g("tiny", classes, {3, side, side}, Init::kKaimingFanOut);
  const auto conv_bn = [&](Value x, const std::string& name, int64_t out, ConvOptions options) {
    return g.batch_norm(g.conv(x, name + ".0", out, options), name + ".1");
  };
  Value x = g.tap("stem", g.relu(conv_bn(g.input(), "stem", 8, {3, 2})));
  x = g.max_pool(x, {3, 2, 1});
  x = g.tap("stage1",
            g.add(x, conv_bn(g.relu6(conv_bn(x, "block.0", 8, {3, 1, 8})), "block.1", 8, {1})));
  x = g.tap("stage2", g.relu(conv_bn(x, "stage2", 12, {3, 2})));
  x = g.tap("stage3", g.avg_pool(x, {2, 2}));
  x = g.tap("stage4", g.relu(g.conv(x, "stage4", 16, {3, 2, 1, true})));
  g.tap("features", x);
  x = g.tap("embedding", g.flatten(g.global_avg_pool(x)));
  g.tap("logits", g.linear(g.dropout(x, "dropout", dropout), "fc", classes));
  return g.finish();
}

}  // namespace derm::testing
