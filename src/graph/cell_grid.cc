#include "graph/cell_grid.h"

namespace derm {
namespace {

bool has_window(OpKind kind) {
  return kind == OpKind::kConv2d || kind == OpKind::kMaxPool || kind == OpKind::kAvgPool;
}

}  // namespace

CellGrid cell_grid(const Graph& graph, const std::string& tap) {
  graph.shape(tap);  // refuses an unknown one
  CellGrid grid;
  std::vector<const Op*> path;
  for (Value x = graph.taps.at(tap); x != 0;) {
    const Op& op = graph.ops.at(static_cast<size_t>(x));
    path.push_back(&op);
    x = op.inputs.at(0);
  }
  for (auto op = path.rbegin(); op != path.rend(); ++op) {
    if (!has_window((*op)->kind)) continue;
    const auto reach = static_cast<double>((*op)->kernel - 1) / 2;
    grid.first_px += grid.step_px * (reach - static_cast<double>((*op)->padding));
    grid.step_px *= static_cast<double>((*op)->stride);
  }
  return grid;
}

}  // namespace derm
