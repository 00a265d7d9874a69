#include "report/run_measures.h"

#include <algorithm>
#include <map>

#include "eval/metric_names.h"

namespace derm {
namespace {

bool lesions_known(const Predictions& predictions) {
  return std::any_of(predictions.lesion_ids.begin(), predictions.lesion_ids.end(),
                     [](const auto& id) { return !id.empty(); });
}

// One for each row of predictions; empty where no image of them is known.
std::vector<RowOrigin> origins_of(const Predictions& predictions, const Cohort& cohort) {
  std::map<std::string, const CohortRow*> known;
  for (const auto& row : cohort.rows)
    if (!row.is_copy && !row.image_id.empty()) known[row.image_id] = &row;
  std::vector<RowOrigin> out;
  bool any = false;
  for (const auto& id : predictions.image_ids) {
    const auto it = known.find(id);
    any |= it != known.end();
    out.push_back(it == known.end() ? RowOrigin()
                                    : RowOrigin{it->second->age, it->second->sex, it->second->site,
                                                it->second->source});
  }
  if (!any) out.clear();
  return out;
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

RunMeasures measures_of(const Predictions& predictions, const Cohort* cohort, int64_t melanoma,
                        const Bootstrap& options) {
  const RowGroups groups(predictions.lesion_ids);
  RunMeasures out;
  out.intervals =
      metric_intervals(predictions.scores, lesions_known(predictions) ? "lesion" : "image",
                       predictions.lesion_ids, options);
  out.bands = class_bands(predictions.scores, groups, options);
  for (const auto& task : clinical_tasks(predictions.classes, default_malignant()))
    out.clinical.push_back(clinical_result(task, predictions.scores, nullptr, groups, options));
  out.calibration = calibration_measures(predictions.scores, groups, options);
  const auto origins =
      cohort == nullptr ? std::vector<RowOrigin>() : origins_of(predictions, *cohort);
  if (!origins.empty())
    out.subgroups =
        subgroups(predictions.scores, origins, predictions.lesion_ids, melanoma, options);
  return out;
}

}  // namespace derm
