#include "report/run_measures.h"

#include <algorithm>

#include "eval/metric_names.h"

namespace derm {
namespace {

bool lesions_known(const Predictions& predictions) {
  return std::any_of(predictions.lesion_ids.begin(), predictions.lesion_ids.end(),
                     [](const auto& id) { return !id.empty(); });
}

template <class Names>
size_t place_of(const Names& names, const std::string& name) {
  return static_cast<size_t>(
      std::find_if(names.begin(), names.end(), [&](const auto& m) { return name == m.name; }) -
      names.begin());
}

}  // namespace

const Interval* RunMeasures::of_metric(const std::string& name) const {
  const size_t place = place_of(named_metrics(), name);
  return place < intervals.named.size() ? &intervals.named[place] : nullptr;
}

const Interval* RunMeasures::of_class(size_t index, const std::string& ratio) const {
  const size_t place = place_of(named_class_metrics(), ratio);
  const bool known =
      index < intervals.per_class.size() && place < intervals.per_class[index].ratios.size();
  return known ? &intervals.per_class[index].ratios[place] : nullptr;
}

RunMeasures measures_of(const Predictions& predictions, const Bootstrap& options) {
  const RowGroups groups(predictions.lesion_ids);
  RunMeasures out;
  out.intervals =
      metric_intervals(predictions.scores, lesions_known(predictions) ? "lesion" : "image",
                       predictions.lesion_ids, options);
  out.bands = class_bands(predictions.scores, groups, options);
  return out;
}

}  // namespace derm
