#include "base/error.h"
#include "base/strings.h"
#include "net/graph_net.h"

namespace derm {
namespace {

using torch::Tensor;

// "classifier.1." for the op whose weights make the logits; pooling may follow it.
std::string head_prefix(const Graph& graph) {
  const auto op_at = [&](Value x) -> const Op& { return graph.ops.at(static_cast<size_t>(x)); };
  Value head = graph.taps.at("logits");
  while (op_weights(graph, op_at(head)).empty()) head = op_at(head).inputs.at(0);
  return op_at(head).name + ".";
}

bool is_batch_counter(const std::string& name) {
  return ends_with(name, "num_batches_tracked");
}

bool same_shape(const std::string& name, const Tensor& ours, const Tensor& theirs) {
  // Some writers store the counter as a vector of one.
  if (is_batch_counter(name)) return theirs.numel() == 1;
  return ours.sizes() == theirs.sizes();
}

// The same classifier but for the number of classes.
bool other_classes(const Tensor& ours, const Tensor& theirs) {
  return ours.dim() == theirs.dim() && ours.dim() > 0 && ours.size(0) != theirs.size(0) &&
         ours.sizes().slice(1) == theirs.sizes().slice(1);
}

bool has_other_head(const TensorMap& state, const TensorMap& file, const std::string& prefix) {
  bool found = false, other = false;
  for (const auto& [name, theirs] : file) {
    if (!starts_with(name, prefix)) continue;
    found = true;
    const auto ours = state.find(name);
    other = other || (ours != state.end() && other_classes(ours->second, theirs));
  }
  return !found || other;
}

std::string sizes_text(const Tensor& tensor) {
  std::vector<std::string> sizes;
  for (const int64_t size : tensor.sizes()) sizes.push_back(std::to_string(size));
  return "[" + join(sizes, ", ") + "]";
}

void add_names(std::vector<std::string>& lines, const char* what,
               const std::vector<std::string>& names) {
  if (!names.empty()) lines.push_back(std::string(what) + ": " + join(names, ", "));
}

// Throws one Error with every name that does not fit.
void check_names(const TensorMap& state, const TensorMap& file, const std::string& where,
                 const std::string& arch) {
  std::vector<std::string> missing, unexpected, wrong, lines;
  for (const auto& [name, ours] : state) {
    const auto found = file.find(name);
    if (found == file.end()) {
      if (!is_batch_counter(name)) missing.push_back(name);
    } else if (!same_shape(name, ours, found->second)) {
      wrong.push_back(
          fmt::format("{} {} instead of {}", name, sizes_text(found->second), sizes_text(ours)));
    }
  }
  for (const auto& [name, theirs] : file)
    if (state.count(name) == 0) unexpected.push_back(name);
  add_names(lines, "missing", missing);
  add_names(lines, "unexpected", unexpected);
  add_names(lines, "other shape", wrong);
  if (!lines.empty())
    throw Error("weights do not fit the network", where, "the tensors of " + arch,
                join(lines, "; "));
}

// Moves a difference of epsilons into the running variances.
std::optional<double> fold_eps(GraphNet& net, const Metadata& metadata, const std::string& where) {
  const auto stated = metadata.find("bn_eps");
  if (stated == metadata.end()) return std::nullopt;
  const auto eps = to_double(stated->second);
  if (!eps || !(*eps >= 0 && *eps < 1))
    throw Error("wrong batch-norm epsilon", where + ", metadata bn_eps", "0 or more, below 1",
                stated->second);
  TensorMap state = net->state();
  bool folded = false;
  for (const Op& op : net->graph().ops) {
    if (op.kind != OpKind::kBatchNorm || op.eps == *eps) continue;
    state.at(weight_name(op, "running_var")).add_(*eps - op.eps);
    folded = true;
  }
  return folded ? eps : std::nullopt;
}

void erase_prefix(TensorMap& tensors, const std::string& prefix) {
  for (auto it = tensors.begin(); it != tensors.end();)
    it = starts_with(it->first, prefix) ? tensors.erase(it) : std::next(it);
}

}  // namespace

LoadReport load_weights(GraphNet& net, const WeightFile& file, const std::string& name,
                        bool allow_other_head) {
  torch::NoGradGuard no_grad;
  TensorMap state = net->state(), tensors = file.tensors;
  const std::string prefix = head_prefix(net->graph());
  LoadReport report;
  if (allow_other_head && has_other_head(state, tensors, prefix)) {
    for (const auto& [key, tensor] : state)
      if (starts_with(key, prefix)) report.skipped_head.push_back(key);
    erase_prefix(state, prefix);
    erase_prefix(tensors, prefix);
  }
  check_names(state, tensors, name, net->graph().arch);
  for (const auto& [key, theirs] : tensors) {
    Tensor ours = state.at(key);
    ours.copy_(theirs.reshape(ours.sizes()));
  }
  report.folded_eps = fold_eps(net, file.metadata, name);
  return report;
}

}  // namespace derm
