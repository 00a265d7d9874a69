#include "train/explain.h"

#include <algorithm>

#include "base/error.h"
#include "base/interrupt.h"
#include "net/grad_cam.h"
#include "train/predict.h"

namespace derm {
namespace {

// [end - begin, 3, side, side], channels last in memory.
torch::Tensor fitted_images(const ImageSource& source, const Preprocess& contract, int64_t begin,
                            int64_t end) {
  const int64_t side = contract.side_px;
  const torch::Tensor pixels = torch::empty({end - begin, side, side, 3});
  float* out = pixels.data_ptr<float>();
  for (int64_t i = begin; i < end; ++i)
    normalise(source(i), contract, Layout::kPixels, out + (i - begin) * 3 * side * side);
  return pixels.permute({0, 3, 1, 2});
}

HeatMap heat_map_of(const torch::Tensor& cam) {
  const torch::Tensor values = cam.to(torch::kFloat).contiguous();
  const float* data = values.data_ptr<float>();
  return {
      static_cast<int>(cam.size(1)), static_cast<int>(cam.size(0)), {data, data + values.numel()}};
}

void add_explanations(const GradCam& found, std::vector<Explanation>& out) {
  const torch::Tensor cams = found.cam.cpu(), classes = found.classes.cpu();
  const torch::Tensor predicted = found.logits.cpu().argmax(1);
  const torch::Tensor odds = torch::softmax(found.logits.cpu().to(torch::kDouble), 1).contiguous();
  const int64_t count = odds.size(1);
  for (int64_t i = 0; i < cams.size(0); ++i) {
    const double* row = odds.data_ptr<double>() + i * count;
    out.push_back({heat_map_of(cams[i]),
                   classes[i].item<int64_t>(),
                   predicted[i].item<int64_t>(),
                   {row, row + count}});
  }
}

}  // namespace

std::vector<Explanation> explain(GraphNet& net, const Preprocess& contract,
                                 const ImageSource& source, int64_t count,
                                 const torch::Device& device, const ExplainOptions& options,
                                 const std::function<void(int64_t)>& progress) {
  const auto named = static_cast<int64_t>(options.classes.size());
  if (count < 1) throw Error("there is no image to explain");
  if (options.batch_size < 1 || (named != 0 && named != count))
    throw Error("images and classes to explain do not fit together", "",
                fmt::format("{} classes or none, batches of 1 and more", count),
                fmt::format("{}, {}", named, options.batch_size));
  std::vector<Explanation> out;
  for (int64_t begin = 0; begin < count; begin += options.batch_size) {
    if (interrupt_requested()) throw Interrupted("interrupted");
    const int64_t end = std::min(count, begin + options.batch_size);
    torch::Tensor classes;
    if (named > 0)
      classes = int64_tensor({options.classes.begin() + begin, options.classes.begin() + end});
    const torch::Tensor images = fitted_images(source, contract, begin, end).to(device);
    add_explanations(grad_cam(net, images, options.tap, classes), out);
    if (progress) progress(end - begin);
  }
  return out;
}

}  // namespace derm
