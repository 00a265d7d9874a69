// Builds a Graph op by op and infers every shape at once.
//
//   GraphBuilder g("tiny", 8, {3, 64, 64});
//   Value x = g.relu(g.batch_norm(g.conv(g.input(), "conv1", 16, {3, 2}), "bn1"));
//   g.tap("stem", x);
//   ...
//   Graph graph = g.finish();
//
// Every method throws Error naming the op, what its inputs must be and the shapes that were given.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "graph/graph.h"

namespace derm {

inline constexpr int64_t kSamePadding = -1;  // (kernel - 1) / 2

struct ConvOptions {
  int64_t kernel = 1, stride = 1, groups = 1;
  bool bias = false;
  int64_t padding = kSamePadding;
  std::optional<Init> init = std::nullopt;  // none: the network's
};

struct PoolOptions {
  int64_t kernel = 2, stride = 2, padding = 0;
  bool ceil_mode = false;
};

class GraphBuilder {
 public:
  // `input`: one image, channels x height x width. Convolutions start as `conv_init` says, linear
  // layers as `linear_init`.
  GraphBuilder(std::string arch, int64_t classes, Shape input, Init conv_init = Init::kFanIn,
               Init linear_init = Init::kFanIn);

  Value input() const { return 0; }
  const Shape& shape(Value x) const;

  Value conv(Value x, const std::string& name, int64_t out, ConvOptions options);
  Value batch_norm(Value x, const std::string& name, double eps = 1e-5, double momentum = 0.1);
  Value layer_norm(Value x, const std::string& name, double eps);
  Value layer_scale(Value x, const std::string& name);
  Value relu(Value x);
  Value relu6(Value x);
  Value activation(OpKind kind, Value x);  // kRelu to kGelu
  Value max_pool(Value x, PoolOptions options);
  Value avg_pool(Value x, PoolOptions options);
  Value global_avg_pool(Value x);
  Value add(Value x, Value y);
  Value multiply(Value x, Value gate);  // gate: shape of x, or [C, 1, 1]
  Value concat(const std::vector<Value>& parts);
  Value slice(Value x, int64_t begin, int64_t channels);
  Value channel_shuffle(Value x, int64_t groups);
  Value dropout(Value x, const std::string& name, double rate);  // x itself where rate is 0
  Value stochastic_depth(Value x, const std::string& name, double rate);  // the same
  Value flatten(Value x);
  Value linear(Value x, const std::string& name, int64_t out, bool bias = true);  // of a vector
  Value pointwise(Value x, const std::string& name, int64_t out);  // linear at each position

  Value tap(const std::string& name, Value x);  // gives x back

  // Throws Error where one of the taps that every network offers is missing, or logits are not
  // [classes].
  Graph finish();

 private:
  Value append(Op op);
  Op like(OpKind kind, Value x) const;
  Value pool(OpKind kind, Value x, PoolOptions options);
  Value random_drop(OpKind kind, Value x, const std::string& name, double rate);
  Shape windowed(const Op& op, const Shape& in) const;
  void claim_name(const Op& op);
  [[noreturn]] void refuse(const Op& op, const std::string& what, const std::string& expected,
                           const std::string& got) const;

  Graph graph_;
  Init conv_init_, linear_init_;
  std::set<std::string> names_;
};

}  // namespace derm
