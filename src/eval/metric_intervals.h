// Intervals of all metrics of eval/metrics.h: percentile bootstrap over whole groups, and exact
// binomial ones of each class's sensitivity and specificity.
#pragma once

#include <string>
#include <vector>

#include "eval/bootstrap.h"
#include "eval/metrics.h"

namespace derm {

struct Estimate {
  double value = 0;
  Interval interval;
};

struct ClassIntervals {
  std::vector<Interval> ratios;  // in the order of named_class_metrics()
  Interval exact_recall, exact_specificity;
};

struct MetricIntervals {
  Bootstrap options;
  std::string group;            // what was drawn: "lesion", "patient", "image"
  int64_t groups = 0;           // how many of them there are
  std::vector<Interval> named;  // in the order of named_metrics()
  std::vector<ClassIntervals> per_class;
};

// `names`: the group of each row, empty: of its own. In a replicate without a class, that class is
// left out of the means, as evaluate() does; the class's own values are left out of its intervals.
MetricIntervals metric_intervals(const Scores& scores, const std::string& group,
                                 const std::vector<std::string>& names,
                                 const Bootstrap& options = {});

Json to_json(const Interval& interval);  // {"low", "high"}, null where undefined
Json to_json(const Estimate& measured);  // {"value", "low", "high"}
Json to_json(const MetricIntervals& intervals, const std::vector<std::string>& class_names);

}  // namespace derm
