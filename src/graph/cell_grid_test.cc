#include "graph/cell_grid.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "graph/builder.h"
#include "support/tiny_graph.h"

namespace derm {
namespace {

void expect_grid(const Graph& graph, const std::string& tap, double first_px, double step_px) {
  const CellGrid grid = cell_grid(graph, tap);
  EXPECT_EQ(grid.first_px, first_px) << tap;
  EXPECT_EQ(grid.step_px, step_px) << tap;
}

// A graph with the tap `seen` on a chain of convolutions, and the rest that a graph must have.
Graph chain_of(const std::vector<ConvOptions>& convolutions) {
  GraphBuilder g("chain", 2, {3, 64, 64});
  Value x = g.input();
  for (size_t i = 0; i < convolutions.size(); ++i)
    x = g.conv(x, "conv" + std::to_string(i), 4, convolutions[i]);
  for (const char* tap : {"stem", "stage1", "stage2", "stage3", "stage4", "features"})
    g.tap(tap, x);
  x = g.tap("embedding", g.flatten(g.global_avg_pool(x)));
  g.tap("logits", g.linear(x, "fc", 2));
  return g.finish();
}

TEST(CellGrid, LiesOnEvenPixelsAfterPaddedStrides) {
  expect_grid(chain_of({{3, 1}}), "features", 0, 1);
  expect_grid(chain_of({{3, 2}}), "features", 0, 2);
  expect_grid(chain_of({{7, 2}, {3, 2}, {1, 2}, {5, 1}}), "features", 0, 8);
}

TEST(CellGrid, TilesTheImageByPatches) {
  const ConvOptions patch{4, 4, 1, false, 0}, halves{2, 2, 1, false, 0};
  expect_grid(chain_of({patch}), "features", 1.5, 4);
  expect_grid(chain_of({patch, {7, 1}, halves}), "features", 3.5, 8);
}

TEST(CellGrid, MovesInwardsWithoutPadding) {
  expect_grid(chain_of({{3, 2, 1, false, 0}, {3, 1, 1, false, 0}}), "features", 3, 2);
}

// By hand: strides 2, 2 (pool), 2, 2 (an unpadded 2 x 2 mean: half a step of 8), 2.
TEST(CellGrid, FollowsPoolsAndShortcuts) {
  const Graph graph = testing::tiny_graph();
  expect_grid(graph, "stem", 0, 2);
  expect_grid(graph, "stage1", 0, 4);
  expect_grid(graph, "stage2", 0, 8);
  expect_grid(graph, "stage3", 4, 16);
  expect_grid(graph, "features", 4, 32);
}

TEST(CellGrid, RefusesAnUnknownTap) {
  EXPECT_THROW(cell_grid(testing::tiny_graph(), "stage9"), Error);
}

}  // namespace
}  // namespace derm
