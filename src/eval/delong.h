// The difference of two areas under the ROC curve of one class, on the same images.
//
// Without lesions: DeLong, DeLong and Clarke-Pearson, Biometrics 44, 1988, computed from midranks
// in O(N log N) as in Sun and Xu, IEEE Signal Processing Letters 21, 2014. With lesions:
// Obuchowski, "Nonparametric analysis of clustered ROC curve data", Biometrics 53, 1997, whose
// variance of images that are each their own cluster is DeLong's.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "eval/networks.h"

namespace derm {

struct AucDifference {
  double first = 0, second = 0;  // areas, means over the networks of a side
  double difference = 0;         // second - first
  double standard_error = 0;
  double low = 0, high = 0;  // 95 % normal interval
  double p = 0;              // two-sided, of z = difference / standard_error
};

// `groups`: the lesion of each row; an empty one is a cluster of its own. The networks are taken as
// they are: nothing is said about other seeds. Everything is NaN where the class or the rest does
// not occur; error, interval and p are NaN where they come from one cluster only. Two sides that
// rank alike have standard error 0 and p 1. Throws Error where the sets differ in labels.
AucDifference compare_auc(const Networks& first, const Networks& second,
                          const std::vector<std::string>& groups, int64_t class_index);

}  // namespace derm
