// The builder's ops without weights.
#include <utility>

#include "base/error.h"
#include "graph/builder.h"

namespace derm {
namespace {

bool is_activation(OpKind kind) {
  switch (kind) {
    case OpKind::kRelu:
    case OpKind::kRelu6:
    case OpKind::kHardswish:
    case OpKind::kHardsigmoid:
    case OpKind::kSigmoid:
    case OpKind::kSilu:
    case OpKind::kGelu:
      return true;
    default:
      return false;
  }
}

}  // namespace

Value GraphBuilder::relu(Value x) {
  return append(like(OpKind::kRelu, x));
}

Value GraphBuilder::relu6(Value x) {
  return append(like(OpKind::kRelu6, x));
}

Value GraphBuilder::activation(OpKind kind, Value x) {
  const Op op = like(kind, x);
  if (!is_activation(kind))
    refuse(op, "not an activation", "relu, relu6, hardswish, hardsigmoid, sigmoid, silu or gelu",
           op_kind_name(kind));
  return append(op);
}

Value GraphBuilder::pool(OpKind kind, Value x, PoolOptions options) {
  Op op = like(kind, x);
  op.kernel = options.kernel;
  op.stride = options.stride;
  op.padding = options.padding;
  op.ceil_mode = options.ceil_mode;
  if (2 * op.padding > op.kernel)
    refuse(op, "too much padding", fmt::format("at most half of kernel {}", op.kernel),
           std::to_string(op.padding));
  op.shape = windowed(op, op.shape);
  return append(std::move(op));
}

Value GraphBuilder::max_pool(Value x, PoolOptions options) {
  return pool(OpKind::kMaxPool, x, options);
}

Value GraphBuilder::avg_pool(Value x, PoolOptions options) {
  return pool(OpKind::kAvgPool, x, options);
}

Value GraphBuilder::global_avg_pool(Value x) {
  Op op = like(OpKind::kGlobalAvgPool, x);
  op.shape = {op.shape.channels, 1, 1};
  return append(std::move(op));
}

Value GraphBuilder::add(Value x, Value y) {
  Op op = like(OpKind::kAdd, x);
  op.inputs.push_back(y);
  if (!(shape(x) == shape(y)))
    refuse(op, "the two inputs differ in shape", shape(x).text(), shape(y).text());
  return append(std::move(op));
}

Value GraphBuilder::multiply(Value x, Value gate) {
  Op op = like(OpKind::kMultiply, x);
  op.inputs.push_back(gate);
  const Shape channel{op.shape.channels, 1, 1};
  if (!(shape(gate) == op.shape) && !(shape(gate) == channel))
    refuse(op, "the factor does not fit", op.shape.text() + " or " + channel.text(),
           shape(gate).text());
  return append(std::move(op));
}

Value GraphBuilder::concat(const std::vector<Value>& parts) {
  if (parts.empty()) throw Error("nothing to concatenate", graph_.arch);
  Op op = like(OpKind::kConcat, parts.front());
  op.inputs = parts;
  op.shape.channels = 0;
  for (const Value part : parts) {
    const Shape& s = shape(part);
    if (s.height != op.shape.height || s.width != op.shape.width)
      refuse(op, "the inputs differ in size", shape(parts.front()).text(), s.text());
    op.shape.channels += s.channels;
  }
  return append(std::move(op));
}

Value GraphBuilder::slice(Value x, int64_t begin, int64_t channels) {
  Op op = like(OpKind::kSlice, x);
  op.begin = begin;
  if (begin < 0 || channels < 1 || begin > op.shape.channels - channels)
    refuse(op, "channels that the input does not have", "from " + op.shape.text(),
           fmt::format("{} from {} on", channels, begin));
  op.shape.channels = channels;
  return append(std::move(op));
}

Value GraphBuilder::channel_shuffle(Value x, int64_t groups) {
  Op op = like(OpKind::kChannelShuffle, x);
  op.groups = groups;
  if (groups < 1 || op.shape.channels % groups != 0)
    refuse(op, "channels do not divide into the groups", op.shape.text(),
           fmt::format("{} groups", groups));
  return append(std::move(op));
}

Value GraphBuilder::random_drop(OpKind kind, Value x, const std::string& name, double rate) {
  if (rate == 0) return x;
  Op op = like(kind, x);
  op.name = name;
  op.rate = rate;
  if (!(rate > 0 && rate < 1))
    refuse(op, "wrong rate", "0 or more, below 1", fmt::format("{}", rate));
  claim_name(op);
  return append(std::move(op));
}

Value GraphBuilder::dropout(Value x, const std::string& name, double rate) {
  return random_drop(OpKind::kDropout, x, name, rate);
}

Value GraphBuilder::stochastic_depth(Value x, const std::string& name, double rate) {
  return random_drop(OpKind::kStochasticDepth, x, name, rate);
}

Value GraphBuilder::flatten(Value x) {
  Op op = like(OpKind::kFlatten, x);
  op.shape = {op.shape.elements(), 1, 1};
  return append(std::move(op));
}

}  // namespace derm
