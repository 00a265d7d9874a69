// ROC and precision-recall curves of every class with pointwise bootstrap intervals: at each place
// of the grid the interval of the height there. Pointwise: a whole curve may leave its band.
#pragma once

#include <vector>

#include "eval/bootstrap.h"
#include "eval/metrics.h"

namespace derm {

struct BandPoint {
  double x = 0, y = 0;
  Interval interval;
};

// Empty where the class, or every other one, is absent.
struct ClassBands {
  std::vector<BandPoint> roc;  // sensitivity at false positive rates 0, 0.01, ... 1
  std::vector<BandPoint> pr;   // precision at recalls 0.01, 0.02, ... 1
};

// [K]. ROC: linear between points, the upper end where a curve is vertical. Precision-recall: the
// precision at the highest threshold that reaches the recall.
std::vector<ClassBands> class_bands(const Scores& scores, const RowGroups& groups,
                                    const Bootstrap& options = {});

}  // namespace derm
