// The table of networks: a name, a line about it, its source, and how to build its graph.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "graph/graph.h"

namespace derm {

struct NetworkOptions {
  int64_t classes = 8;
  int64_t side_px = 224;  // square input
  double dropout = -1;    // of the classifier; negative: the family's own default

  double dropout_or(double own) const { return dropout < 0 ? own : dropout; }
};

struct NetworkEntry {
  std::string name, about, citation;
  std::function<Graph(const NetworkOptions&)> build;
};

const std::vector<NetworkEntry>& networks();

// "resnet50", "mobilenet_v2", "mobilenet_v2_0.35" (any width 0.1 to 2.0). Throws Error naming the
// nearest network.
Graph build_network(const std::string& name, const NetworkOptions& options);

}  // namespace derm
