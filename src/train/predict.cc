#include "train/predict.h"

#include "base/error.h"
#include "base/interrupt.h"

namespace derm {

torch::Tensor images_of(const Batch& batch) {
  const int64_t n = batch.rows, s = batch.side_px;
  const auto options = torch::TensorOptions(torch::kFloat);
  const auto keep = [memory = batch.images](void*) mutable { memory.reset(); };
  if (batch.channels_last)
    return torch::from_blob(batch.images->data(), {n, 3, s, s}, {3 * s * s, 1, 3 * s, 3}, keep,
                            options);
  return torch::from_blob(batch.images->data(), {n, 3, s, s}, keep, options);
}

torch::Tensor int64_tensor(const std::vector<int64_t>& values) {
  return torch::tensor(values, torch::kLong);
}

Outputs predict(GraphNet& net, Loader& loader, const torch::Device& device,
                const std::function<void(int64_t)>& progress, bool with_embedding) {
  const torch::NoGradGuard no_grad;
  net->eval();
  const TapSet wanted = with_embedding ? TapSet{"logits", "embedding"} : TapSet{"logits"};
  std::vector<torch::Tensor> all, embeddings;
  Outputs out;
  loader.start(0);
  for (Batch batch; loader.next(batch);) {
    if (interrupt_requested()) throw Interrupted("interrupted");
    Taps taps = net->forward(images_of(batch).to(device), wanted);
    all.push_back(taps["logits"].cpu());
    if (with_embedding) embeddings.push_back(taps["embedding"].cpu());
    out.scores.labels.insert(out.scores.labels.end(), batch.labels.begin(), batch.labels.end());
    if (progress) progress(batch.size());
  }
  if (all.empty()) throw Error("there is no image to predict");
  out.logits = torch::cat(all).to(torch::kFloat);
  if (with_embedding) out.embedding = torch::cat(embeddings).to(torch::kFloat);
  const auto probabilities = torch::softmax(out.logits.to(torch::kDouble), 1).contiguous();
  out.scores.classes = out.logits.size(1);
  const double* data = probabilities.data_ptr<double>();
  out.scores.probabilities.assign(data, data + probabilities.numel());
  return out;
}

}  // namespace derm
