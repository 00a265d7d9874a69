#include "eval/logit_scores.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "base/error.h"

namespace derm {
namespace {

// Of each row: its largest logit, and the sum of exp(logit - largest).
std::vector<double> of_rows(const std::vector<double>& logits, int64_t classes,
                            const std::function<double(double largest, double sum)>& score) {
  if (classes <= 0 || logits.size() % static_cast<size_t>(classes) != 0)
    throw Error("logits are no table", "", "rows of one width",
                fmt::format("{} logits, {} classes", logits.size(), classes));
  std::vector<double> out;
  for (auto row = logits.begin(); row != logits.end(); row += classes) {
    if (!std::all_of(row, row + classes, [](double z) { return std::isfinite(z); }))
      throw Error("logit is not finite");
    const double largest = *std::max_element(row, row + classes);
    double sum = 0;
    for (auto z = row; z != row + classes; ++z) sum += std::exp(*z - largest);
    out.push_back(score(largest, sum));
  }
  return out;
}

}  // namespace

std::vector<double> energy_scores(const std::vector<double>& logits, int64_t classes) {
  return of_rows(logits, classes,
                 [](double largest, double sum) { return largest + std::log(sum); });
}

std::vector<double> max_softmax_scores(const std::vector<double>& logits, int64_t classes) {
  return of_rows(logits, classes, [](double, double sum) { return 1 / sum; });
}

}  // namespace derm
