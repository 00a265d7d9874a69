#include "deploy/pack.h"

#include <algorithm>

#include "deploy/golden_images.h"
#include "deploy/model_card.h"
#include "eval/threshold.h"
#include "runtime/verify.h"

namespace derm {
namespace {

// Classes whose operating points a bundle states, where it knows them: the malignant ones.
const std::vector<std::string> kMalignant = {"MEL", "BCC", "SCC", "AK", "AKIEC"};

// Of a golden logit on another machine. int8 kernels of processors without VNNI saturate.
double tolerance_of(const std::string& precision) {
  if (precision == "int8") return 1;
  return precision == "fp16" ? 0.25 : 1e-3;
}

double order_statistic(std::vector<double> values, double share) {
  std::sort(values.begin(), values.end());
  const auto place = static_cast<size_t>(share * static_cast<double>(values.size()));
  return values[std::min(place, values.size() - 1)];
}

QualityLimits quality_limits(const Measured& measured, const std::string& split) {
  const auto limit = [&](double Quality::*field, double share) {
    std::vector<double> values;
    for (const Quality& quality : measured.qualities) values.push_back(quality.*field);
    return order_statistic(std::move(values), share);
  };
  std::vector<double> energies;
  const auto k = static_cast<std::ptrdiff_t>(measured.logits.classes);
  for (auto row = measured.logits.values.begin(); row != measured.logits.values.end(); row += k)
    energies.push_back(energy_score({row, row + k}));
  constexpr double kUnusual = 0.005;
  return {limit(&Quality::brightness, kUnusual),          limit(&Quality::brightness, 1 - kUnusual),
          limit(&Quality::sharpness, kUnusual),           limit(&Quality::contrast, kUnusual),
          order_statistic(std::move(energies), kUnusual), split,
          static_cast<int64_t>(measured.qualities.size())};
}

}  // namespace

Metrics calibrate(BundleMetadata& metadata, const Measured& measured, const std::string& split,
                  double sensitivity) {
  const auto images = static_cast<int64_t>(measured.logits.labels.size());
  const double temperature = fit_temperature(measured.logits);
  const Scores scores = scores_at(measured.logits, temperature);
  metadata.calibration = {temperature, split, images,
                          expected_calibration_error(scores_at(measured.logits, 1)),
                          expected_calibration_error(scores)};
  metadata.thresholds.clear();
  for (size_t k = 0; k < metadata.classes.size(); ++k) {
    const std::string& name = metadata.classes[k];
    if (std::count(kMalignant.begin(), kMalignant.end(), name) == 0) continue;
    const auto point = threshold_at_sensitivity(scores, static_cast<int64_t>(k), sensitivity);
    if (!point) continue;
    metadata.thresholds.push_back(
        {name, fmt::format("largest with sensitivity at least {}", sensitivity), point->threshold,
         point->sensitivity, point->specificity, split, images});
  }
  metadata.quality = quality_limits(measured, split);
  return evaluate(scores);
}

BundleFiles pack(const BundleMetadata& metadata, const std::string& model,
                 const std::vector<GoldenImage>& golden, const std::optional<Metrics>& validation,
                 const std::string& int8_cost) {
  BundleFiles files;
  const auto add = [&](const std::string& entry, const std::string& text) {
    files[entry] = Bytes(text.begin(), text.end());
  };
  add("model.onnx", model);
  add("metadata.json", to_json(metadata).dump(2) + "\n");
  add("golden/golden.json",
      golden_json(golden, tolerance_of(metadata.model.precision)).dump(2) + "\n");
  add("model_card.md", model_card(metadata, validation, int8_cost));
  for (const EncodedImage& encoded : golden_images()) files[encoded.file] = encoded.bytes;
  verify(Predictor(parse_bundle(files, "the new bundle")));
  return files;
}

}  // namespace derm
