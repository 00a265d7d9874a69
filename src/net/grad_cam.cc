#include "net/grad_cam.h"

#include "base/error.h"
#include "base/strings.h"

namespace derm {
namespace {

using torch::Tensor;

bool is_map(const Graph& graph, const std::string& tap) {
  const Op& op = graph.ops.at(static_cast<size_t>(graph.taps.at(tap)));
  return op.kind != OpKind::kFlatten && tap != "embedding" && tap != "logits";
}

Tensor explained_classes(const Tensor& classes, const Tensor& logits) {
  if (!classes.defined()) return logits.argmax(1);
  const int64_t images = logits.size(0), count = logits.size(1);
  if (classes.dim() != 1 || classes.size(0) != images || classes.scalar_type() != torch::kLong)
    throw Error("Grad-CAM needs one class for each image", "", fmt::format("{} int64", images),
                fmt::format("{} values", classes.numel()));
  const Tensor outside = (classes < 0).logical_or(classes >= count);
  if (outside.any().item<bool>())
    throw Error("class to explain is out of range", "", fmt::format("0 to {}", count - 1),
                fmt::format("{}", classes.masked_select(outside)[0].item<int64_t>()));
  return classes.to(logits.device());
}

}  // namespace

void check_map_tap(const Graph& graph, const std::string& tap) {
  graph.shape(tap);  // refuses an unknown one
  if (is_map(graph, tap)) return;
  std::vector<std::string> maps;
  for (const auto& [name, value] : graph.taps)
    if (is_map(graph, name)) maps.push_back(name);
  throw Error("Grad-CAM needs a tap that is a map", graph.arch, join(maps, ", "), tap);
}

Tensor grad_cam_alpha(const Tensor& gradients) {
  return gradients.mean({2, 3});
}

Tensor grad_cam_sum(const Tensor& activations, const Tensor& gradients) {
  const Tensor alpha = grad_cam_alpha(gradients);
  return (alpha.unsqueeze(-1).unsqueeze(-1) * activations).sum(1);
}

GradCam grad_cam(GraphNet& net, const Tensor& images, const std::string& tap,
                 const Tensor& classes) {
  check_map_tap(net->graph(), tap);
  net->eval();
  const torch::AutoGradMode with_gradients(true);
  // A frozen network has no parameter that wants a gradient: the images make the tap part of a
  // differentiable path. Nothing is computed beyond the tap.
  Taps taps = net->forward(images.detach().requires_grad_(true), {tap, "logits"});
  const Tensor activations = taps.at(tap), logits = taps.at("logits");
  GradCam out;
  out.logits = logits.detach();
  out.classes = explained_classes(classes, out.logits);
  // In eval mode an image's logit depends on that image alone: one backward pass serves all.
  const Tensor score = logits.gather(1, out.classes.unsqueeze(1)).sum();
  const Tensor gradients = torch::autograd::grad({score}, {activations}).at(0);
  out.cam = torch::relu(grad_cam_sum(activations.detach(), gradients));
  return out;
}

}  // namespace derm
