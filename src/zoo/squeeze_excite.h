// Squeeze and excitation: Hu et al., "Squeeze-and-Excitation Networks", CVPR 2018. Channels are
// gated by a small network that sees their means.
#pragma once

#include <string>

#include "graph/builder.h"

namespace derm {

struct SqueezeExcite {
  int64_t squeezed;  // channels between the two convolutions `name`.fc1 and `name`.fc2
  OpKind activation, gate;
};

inline Value squeeze_excite(GraphBuilder& g, Value x, const std::string& name,
                            const SqueezeExcite& options) {
  Value gate = g.conv(g.global_avg_pool(x), name + ".fc1", options.squeezed, {1, 1, 1, true});
  gate = g.activation(options.activation, gate);
  gate = g.conv(gate, name + ".fc2", g.shape(x).channels, {1, 1, 1, true});
  return g.multiply(x, g.activation(options.gate, gate));
}

}  // namespace derm
