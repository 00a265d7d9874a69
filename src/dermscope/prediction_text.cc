#include "dermscope/prediction_text.h"

#include <algorithm>
#include <numeric>

#include "base/csv.h"
#include "base/strings.h"
#include "runtime/decision.h"

namespace derm {

std::vector<size_t> ranking_of(const Prediction& prediction, size_t top) {
  std::vector<size_t> order(prediction.probabilities.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return prediction.logits[a] > prediction.logits[b]; });
  order.resize(std::min(order.size(), top));
  return order;
}

Json prediction_json(const std::string& file, const Prediction& prediction,
                     const BundleMetadata& metadata, size_t top) {
  Json probabilities = Json::object();
  for (const size_t k : ranking_of(prediction, top))
    probabilities[metadata.classes[k]] = prediction.probabilities[k];
  return {{"file", file},
          {"class", metadata.classes[prediction.top]},
          {"probability", prediction.probabilities[prediction.top]},
          {"probabilities", probabilities},
          {"calls", calls_of(prediction, metadata)},
          {"energy", prediction.energy},
          {"warnings", prediction.warnings}};
}

std::string prediction_line(const std::string& file, const Prediction& prediction,
                            const BundleMetadata& metadata, size_t top) {
  std::string line = file;
  for (const size_t k : ranking_of(prediction, top))
    line += fmt::format("  {} {:.3f}", metadata.classes[k], prediction.probabilities[k]);
  const auto calls = calls_of(prediction, metadata);
  if (!calls.empty()) line += "  over its threshold: " + join(calls, ", ");
  for (const auto& warning : prediction.warnings) line += "\n  warning: " + warning;
  return line + "\n";
}

std::string csv_header(const std::vector<std::string>& classes) {
  std::vector<std::string> fields{"image"};
  fields.insert(fields.end(), classes.begin(), classes.end());
  return csv_line(fields);
}

std::string csv_row(const std::string& file, const Prediction& prediction) {
  std::vector<std::string> fields{fs::path(file).stem().string()};
  for (const double p : prediction.probabilities) fields.push_back(fmt::format("{:.9g}", p));
  return csv_line(fields);
}

}  // namespace derm
