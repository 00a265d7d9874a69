// How a network does on parts of the images: age bands, sexes, anatomical sites, sources.
#pragma once

#include <string>
#include <vector>

#include "eval/metric_intervals.h"

namespace derm {

// What is known of a row of predictions; negative age and empty texts: unknown.
struct RowOrigin {
  double age = -1;
  std::string sex, site, source;
};

struct Subgroup {
  std::string attribute, value;  // "sex", "female"; value "unknown" where it is not known
  int64_t images = 0, groups = 0;
  bool small = false;  // fewer images than kSmallSubgroup: its numbers say little
  Estimate accuracy, balanced_accuracy;
  Estimate melanoma_sensitivity;  // by the most probable class; NaN without a melanoma
};

inline constexpr int64_t kSmallSubgroup = 20;

// "0-29", "30-44", "45-59", "60-74", "75+", "unknown".
std::string age_band(double age);

// In the order of attributes above, values sorted. An attribute of which nothing is known is left
// out. `melanoma`: its class, or -1.
std::vector<Subgroup> subgroups(const Scores& scores, const std::vector<RowOrigin>& origins,
                                const std::vector<std::string>& groups, int64_t melanoma,
                                const Bootstrap& options);

Json to_json(const Subgroup& subgroup);
std::string subgroup_table(const std::vector<Subgroup>& subgroups);

}  // namespace derm
