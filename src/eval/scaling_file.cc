// Fitted scalings as calibration.json.
#include "base/error.h"
#include "base/json.h"
#include "eval/scaling.h"

namespace derm {
namespace {

template <class T>
T value_at(const Json& json, const char* key, const std::string& file) {
  try {
    return json.at(key).get<T>();
  } catch (const Json::exception&) {
    throw Error(fmt::format("no usable '{}' in the calibration", key), file);
  }
}

std::vector<double> numbers_at(const Json& json, const char* key, size_t size,
                               const std::string& file) {
  auto out = value_at<std::vector<double>>(json, key, file);
  if (out.size() != size)
    throw Error(fmt::format("'{}' of the wrong length", key), file, fmt::format("{}", size),
                fmt::format("{}", out.size()));
  return out;
}

}  // namespace

Scaling FittedScalings::named(const std::string& name) const {
  if (name == "vector") return vector;
  if (name == "temperature")
    return temperature_scaling(temperature, static_cast<int64_t>(classes.size()));
  throw Error("no such calibration", "", "temperature, vector", name);
}

FittedScalings fit_scalings(const Scores& validation, const std::vector<std::string>& classes,
                            const std::string& split) {
  return {classes, split, validation.size(), fit_temperature(logits_of(validation)),
          vector_scaling(validation)};
}

void write_scalings(const fs::path& path, const FittedScalings& scalings) {
  write_json(path,
             {{"classes", scalings.classes},
              {"split", scalings.split},
              {"images", scalings.images},
              {"temperature", scalings.temperature},
              {"vector", {{"weight", scalings.vector.weight}, {"bias", scalings.vector.bias}}}});
}

FittedScalings read_scalings(const fs::path& path) {
  const std::string file = path.string();
  const Json json = read_json(path);
  FittedScalings out;
  out.classes = value_at<std::vector<std::string>>(json, "classes", file);
  out.split = value_at<std::string>(json, "split", file);
  out.images = value_at<int64_t>(json, "images", file);
  out.temperature = value_at<double>(json, "temperature", file);
  if (!(out.temperature > 0))
    throw Error("temperature out of range", file, "above 0", fmt::format("{}", out.temperature));
  const Json vector = value_at<Json>(json, "vector", file);
  out.vector = {numbers_at(vector, "weight", out.classes.size(), file),
                numbers_at(vector, "bias", out.classes.size(), file)};
  return out;
}

}  // namespace derm
