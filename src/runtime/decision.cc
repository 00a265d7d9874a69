#include "runtime/decision.h"

#include <algorithm>
#include <numeric>

namespace derm {

std::vector<std::string> calls_of(const Prediction& prediction, const BundleMetadata& metadata) {
  std::vector<std::string> calls;
  for (const auto& point : metadata.thresholds)
    for (size_t k = 0; k < metadata.classes.size(); ++k)
      if (metadata.classes[k] == point.label && prediction.probabilities[k] >= point.threshold)
        calls.push_back(point.label);
  return calls;
}

PredictionSet prediction_set(const std::vector<double>& probabilities, double coverage) {
  PredictionSet set;
  set.classes.resize(probabilities.size());
  std::iota(set.classes.begin(), set.classes.end(), size_t{0});
  std::stable_sort(set.classes.begin(), set.classes.end(),
                   [&](size_t a, size_t b) { return probabilities[a] > probabilities[b]; });
  size_t count = 0;
  while (count < set.classes.size() && set.probability < coverage)
    set.probability += probabilities[set.classes[count++]];
  set.classes.resize(count);
  return set;
}

}  // namespace derm
