#include "graph/builder.h"

#include <utility>

#include "base/error.h"

namespace derm {
namespace {

constexpr int64_t kMaxSize = int64_t{1} << 24;  // of a channel count, side or kernel

bool is_flat(const Shape& shape) {
  return shape.height == 1 && shape.width == 1;
}

}  // namespace

GraphBuilder::GraphBuilder(std::string arch, int64_t classes, Shape input, Init conv_init,
                           Init linear_init)
    : conv_init_(conv_init), linear_init_(linear_init) {
  graph_.arch = std::move(arch);
  graph_.classes = classes;
  if (classes < 1 || classes > kMaxSize)
    throw Error("wrong number of classes", graph_.arch, "1 or more", std::to_string(classes));
  Op op;
  op.shape = input;
  append(std::move(op));
}

const Shape& GraphBuilder::shape(Value x) const {
  if (x < 0 || x >= static_cast<Value>(graph_.ops.size()))
    throw Error("not a value of this graph", graph_.arch,
                fmt::format("0 to {}", graph_.ops.size() - 1), std::to_string(x));
  return graph_.ops[static_cast<size_t>(x)].shape;
}

void GraphBuilder::refuse(const Op& op, const std::string& what, const std::string& expected,
                          const std::string& got) const {
  const std::string name = op.name.empty() ? "" : " '" + op.name + "'";
  throw Error(what, fmt::format("{}: {}{}", graph_.arch, op_kind_name(op.kind), name), expected,
              got);
}

void GraphBuilder::claim_name(const Op& op) {
  if (op.name.empty() || op.name.front() == '.' || op.name.back() == '.')
    refuse(op, "an op with state needs a name", "a dotted module name", "'" + op.name + "'");
  if (!names_.insert(op.name).second) refuse(op, "two ops have one name", "", op.name);
}

Value GraphBuilder::append(Op op) {
  const Shape& s = op.shape;
  for (const int64_t size : {s.channels, s.height, s.width})
    if (size < 1 || size > kMaxSize)
      refuse(op, "the output has no valid shape", fmt::format("sizes from 1 to {}", kMaxSize),
             s.text());
  graph_.ops.push_back(std::move(op));
  return static_cast<Value>(graph_.ops.size()) - 1;
}

Op GraphBuilder::like(OpKind kind, Value x) const {
  Op op;
  op.kind = kind;
  op.inputs = {x};
  op.shape = shape(x);
  return op;
}

Shape GraphBuilder::windowed(const Op& op, const Shape& in) const {
  if (op.kernel < 1 || op.stride < 1 || op.padding < 0 || op.kernel > kMaxSize)
    refuse(op, "wrong window", "kernel and stride of 1 or more, padding of 0 or more",
           fmt::format("kernel {}, stride {}, padding {}", op.kernel, op.stride, op.padding));
  const auto out = [&](int64_t size) {
    const int64_t room = size + 2 * op.padding - op.kernel;
    if (room < 0)
      refuse(op, "the window is larger than its input",
             fmt::format("at most {}x{}", in.height, in.width),
             fmt::format("kernel {} with padding {}", op.kernel, op.padding));
    int64_t count = room / op.stride + 1;
    // Hanging over the edge, but not starting behind it.
    if (op.ceil_mode && room % op.stride != 0 && count * op.stride < size + op.padding) ++count;
    return count;
  };
  return {in.channels, out(in.height), out(in.width)};
}

Value GraphBuilder::conv(Value x, const std::string& name, int64_t out, ConvOptions options) {
  Op op = like(OpKind::kConv2d, x);
  op.name = name;
  op.kernel = options.kernel;
  op.stride = options.stride;
  op.padding = options.padding == kSamePadding ? (options.kernel - 1) / 2 : options.padding;
  op.groups = options.groups;
  op.bias = options.bias;
  op.init = options.init.value_or(conv_init_);
  const int64_t in = op.shape.channels;
  if (op.groups < 1 || in % op.groups != 0 || out % op.groups != 0)
    refuse(op, "channels do not divide into the groups",
           fmt::format("{} input and {} output channels in equal groups", in, out),
           fmt::format("{} groups", op.groups));
  op.shape = windowed(op, op.shape);
  op.shape.channels = out;
  claim_name(op);
  return append(std::move(op));
}

Value GraphBuilder::batch_norm(Value x, const std::string& name, double eps, double momentum) {
  Op op = like(OpKind::kBatchNorm, x);
  op.name = name;
  op.eps = eps;
  op.momentum = momentum;
  claim_name(op);
  return append(std::move(op));
}

Value GraphBuilder::layer_norm(Value x, const std::string& name, double eps) {
  Op op = like(OpKind::kLayerNorm, x);
  op.name = name;
  op.eps = eps;
  claim_name(op);
  return append(std::move(op));
}

Value GraphBuilder::layer_scale(Value x, const std::string& name) {
  Op op = like(OpKind::kLayerScale, x);
  op.name = name;
  claim_name(op);
  return append(std::move(op));
}

Value GraphBuilder::linear(Value x, const std::string& name, int64_t out, bool bias) {
  Op op = like(OpKind::kLinear, x);
  op.name = name;
  op.bias = bias;
  op.init = linear_init_;
  if (!is_flat(op.shape)) refuse(op, "the input is not flat", "Cx1x1", op.shape.text());
  op.shape.channels = out;
  claim_name(op);
  return append(std::move(op));
}

Value GraphBuilder::pointwise(Value x, const std::string& name, int64_t out) {
  Op op = like(OpKind::kLinear, x);
  op.name = name;
  op.bias = true;
  op.init = linear_init_;
  op.shape.channels = out;
  claim_name(op);
  return append(std::move(op));
}

Value GraphBuilder::tap(const std::string& name, Value x) {
  shape(x);
  if (!graph_.taps.emplace(name, x).second)
    throw Error("two taps have one name", graph_.arch, "", name);
  return x;
}

Graph GraphBuilder::finish() {
  for (const char* name :
       {"stem", "stage1", "stage2", "stage3", "stage4", "features", "embedding", "logits"})
    if (!graph_.has_tap(name)) throw Error("a tap is missing", graph_.arch, name);
  const Shape logits{graph_.classes, 1, 1};
  if (!(graph_.shape("logits") == logits))
    throw Error("wrong shape of logits", graph_.arch, logits.text(), graph_.shape("logits").text());
  return std::move(graph_);
}

}  // namespace derm
