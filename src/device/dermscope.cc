#include "device/dermscope.h"

#include <algorithm>

#include "base/error.h"
#include "runtime/predictor.h"
#include "runtime/verify.h"

namespace dermscope {

struct Classifier::State {
  derm::Predictor predictor;
};

namespace {

derm::ByteView view_of(const void* bytes, std::size_t size) {
  return {static_cast<const uint8_t*>(bytes), size};
}

Prediction result_of(derm::Prediction prediction) {
  return {std::move(prediction.probabilities), prediction.top, prediction.energy,
          std::move(prediction.warnings)};
}

}  // namespace

Classifier::Classifier(const std::string& bundle, int threads)
    : state_(new State{derm::Predictor(derm::read_bundle(bundle), {threads})}) {}
Classifier::~Classifier() = default;
Classifier::Classifier(Classifier&&) noexcept = default;

const std::vector<std::string>& Classifier::classes() const {
  return state_->predictor.classes();
}

std::string Classifier::model_card() const {
  return state_->predictor.bundle().model_card();
}

Prediction Classifier::predict_file(const std::string& path) const {
  return result_of(state_->predictor.predict(derm::read_file(path), path));
}

Prediction Classifier::predict(const void* bytes, std::size_t size) const {
  return result_of(state_->predictor.predict(view_of(bytes, size), "image"));
}

Prediction Classifier::predict_rgb(const std::uint8_t* rgb, int width, int height) const {
  if (rgb == nullptr || width < 1 || height < 1)
    throw derm::Error("no pixels", "image", "1 x 1 or more", fmt::format("{} x {}", width, height));
  derm::Image image(width, height);
  std::copy_n(rgb, image.data.size(), image.data.begin());
  return result_of(state_->predictor.predict({state_->predictor.fitted(image)}).front());
}

std::vector<ClassMap> Classifier::class_maps(const void* bytes, std::size_t size) const {
  const derm::Image image = state_->predictor.fitted(view_of(bytes, size), "image");
  std::vector<ClassMap> maps;
  for (derm::HeatMap& map : state_->predictor.class_maps(image))
    maps.push_back({map.width, map.height, std::move(map.values)});
  return maps;
}

void Classifier::verify() const {
  derm::verify(state_->predictor);
}

std::string version() {
  return DERM_VERSION;
}

}  // namespace dermscope
