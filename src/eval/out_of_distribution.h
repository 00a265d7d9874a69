// Whether a score tells images of the kind that a network knows from unknown ones.
#pragma once

#include <string>
#include <vector>

#include "eval/metric_intervals.h"

namespace derm {

// One score of two sets of images; higher is more usual.
struct UsualScores {
  std::string name;  // "energy", "max_softmax", "mahalanobis"
  std::vector<double> known, unknown;
};

struct UnknownDetection {
  std::string score;
  int64_t known = 0, unknown = 0;
  Estimate auroc;          // probability that a known image scores above an unknown one
  Estimate fpr_at_95_tpr;  // share of unknown images scored at or above the highest threshold
                           // that keeps 95 % of the known ones
};

// `known_groups`, `unknown_groups`: the group of each image, empty: of its own; a name that stands
// in both sets is one group. Replicates draw groups from both sets together; with
// options.replicates 0 intervals are NaN. Throws Error where a set is empty, sizes differ or a
// score is not finite.
UnknownDetection unknown_detection(const UsualScores& scores,
                                   const std::vector<std::string>& known_groups,
                                   const std::vector<std::string>& unknown_groups,
                                   const Bootstrap& options);

Json to_json(const UnknownDetection& detection);
// A table, and how many images it is of; the detections are of the same images.
std::string unknown_detection_text(const std::vector<UnknownDetection>& detections);

}  // namespace derm
