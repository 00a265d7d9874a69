#include "runtime/predictor.h"

#include <algorithm>

#include "base/error.h"
#include "image/decode.h"

namespace derm {
namespace {

std::vector<double> row_of(const Array& array, size_t row, size_t columns) {
  const auto begin = array.values.begin() + static_cast<std::ptrdiff_t>(row * columns);
  return {begin, begin + static_cast<std::ptrdiff_t>(columns)};
}

}  // namespace

Predictor::Predictor(Bundle bundle, const PredictorOptions& options)
    : bundle_(std::move(bundle)),
      session_(bundle_.file("model.onnx"), bundle_.name + ", model.onnx", {options.threads}) {
  check_model();
}

void Predictor::check_model() const {
  const std::string where = bundle_.name + ", model.onnx";
  const int64_t side = bundle_.metadata.contract.side_px;
  const auto k = static_cast<int64_t>(classes().size());
  const auto check = [&](const std::string& value, std::vector<int64_t> shape,
                         const std::vector<int64_t>& expected) {
    if (shape.size() == expected.size()) shape[0] = -1;
    if (shape != expected)
      throw Error("a model of another shape than the metadata say", where + ", " + value);
  };
  check("image", session_.input_shape(), {-1, 3, side, side});
  check("logits", session_.output_shape("logits"), {-1, k});
  check("probabilities", session_.output_shape("probabilities"), {-1, k});
  if (bundle_.metadata.cam.empty()) return;
  const auto map = session_.output_shape("cam");
  if (map.size() != 4 || map[1] != k || map[2] < 1 || map[3] < 1)
    throw Error("a model of another shape than the metadata say", where + ", cam");
}

Image Predictor::fitted(ByteView bytes, const std::string& name) const {
  return fitted(decode(bytes, name));
}

Image Predictor::fitted(const Image& upright) const {
  return fit(upright, bundle_.metadata.contract);
}

Prediction Predictor::predict(ByteView bytes, const std::string& name) const {
  return predict({fitted(bytes, name)}).front();
}

std::vector<float> Predictor::input_of(const std::vector<Image>& images) const {
  const Preprocess& contract = bundle_.metadata.contract;
  const auto side = static_cast<size_t>(contract.side_px);
  std::vector<float> input(images.size() * 3 * side * side);
  for (size_t i = 0; i < images.size(); ++i) {
    const bool fits = images[i].width == contract.side_px && images[i].height == contract.side_px;
    if (!fits)
      throw Error("an image that was not fitted", bundle_.name,
                  fmt::format("{0} x {0} pixels", contract.side_px),
                  fmt::format("{} x {}", images[i].width, images[i].height));
    normalise(images[i], contract, Layout::kPlanes, &input[i * 3 * side * side]);
  }
  return input;
}

std::vector<Prediction> Predictor::predict(const std::vector<Image>& images) const {
  if (images.empty()) return {};
  const auto outputs = session_.run(input_of(images).data(), static_cast<int64_t>(images.size()),
                                    {"logits", "probabilities"});
  for (const Array& output : outputs)
    if (output.values.size() != images.size() * classes().size())
      throw Error("a model of another shape than the metadata say", bundle_.name);
  std::vector<Prediction> predictions(images.size());
  for (size_t i = 0; i < images.size(); ++i) {
    Prediction& p = predictions[i];
    p.logits = row_of(outputs[0], i, classes().size());
    p.probabilities = row_of(outputs[1], i, classes().size());
    p.top =
        static_cast<size_t>(std::max_element(p.logits.begin(), p.logits.end()) - p.logits.begin());
    p.energy = energy_score(p.logits);
    p.quality = quality_of(images[i]);
    if (bundle_.metadata.quality)
      p.warnings = quality_warnings(p.quality, p.energy, *bundle_.metadata.quality);
  }
  return predictions;
}

std::vector<HeatMap> Predictor::class_maps(const Image& image) const {
  if (bundle_.metadata.cam.empty())
    throw Error("the bundle has no class activation maps", bundle_.name,
                "one that was exported with them");
  const Array cam = session_.run(input_of({image}).data(), 1, {"cam"}).front();
  if (cam.shape.size() != 4 || cam.shape[0] != 1 ||
      cam.shape[1] != static_cast<int64_t>(classes().size()))
    throw Error("a model of another shape than the metadata say", bundle_.name + ", cam");
  const auto height = static_cast<int>(cam.shape.at(2)), width = static_cast<int>(cam.shape.at(3));
  const auto positions = static_cast<size_t>(height) * static_cast<size_t>(width);
  std::vector<HeatMap> maps;
  for (size_t k = 0; k < classes().size(); ++k) {
    const auto begin = cam.values.begin() + static_cast<std::ptrdiff_t>(k * positions);
    maps.push_back({width, height, {begin, begin + static_cast<std::ptrdiff_t>(positions)}});
  }
  return maps;
}

Image Predictor::class_overlay(const Image& image, size_t label) const {
  HeatMap map = class_maps(image).at(label);
  for (float& value : map.values) value = std::max(value, 0.f);
  return overlay(image, upsample(min_max(std::move(map)), image.width, image.height));
}

}  // namespace derm
