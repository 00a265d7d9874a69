#include "eval/exact_interval.h"

#include <cmath>
#include <limits>

#include "base/error.h"

namespace derm {
namespace {

// Step m of the continued fraction's numerators (DLMF 8.17.23), m from 1.
double numerator(double a, double b, double x, int64_t m) {
  const int64_t pairs = m / 2;
  const auto half = static_cast<double>(pairs);
  if (m % 2 == 0) return half * (b - half) * x / ((a + 2 * half - 1) * (a + 2 * half));
  return -(a + half) * (a + b + half) * x / ((a + 2 * half) * (a + 2 * half + 1));
}

// Lentz's algorithm; converges in O(sqrt(max(a, b))) steps for x < (a + 1) / (a + b + 2).
double continued_fraction(double a, double b, double x) {
  constexpr double kTiny = 1e-300, kClose = 1e-15;
  constexpr int64_t kSteps = 100000;
  const auto away_from_zero = [](double v) { return std::fabs(v) < kTiny ? kTiny : v; };
  double fraction = 1, c = 1, d = 0;
  for (int64_t m = 1; m <= kSteps; ++m) {
    const double step = numerator(a, b, x, m);
    d = 1 / away_from_zero(1 + step * d);
    c = away_from_zero(1 + step / c);
    fraction *= c * d;
    if (std::fabs(c * d - 1) < kClose) break;
  }
  return 1 / fraction;
}

// The x at which I_x(a, b) = share: it only grows with x.
double beta_quantile(double a, double b, double share) {
  double low = 0, high = 1;
  for (int i = 0; i < 200 && high - low > 1e-16 * high; ++i) {
    const double middle = 0.5 * (low + high);
    (regularised_incomplete_beta(a, b, middle) < share ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

}  // namespace

double regularised_incomplete_beta(double a, double b, double x) {
  if (x <= 0 || x >= 1) return x <= 0 ? 0 : 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - regularised_incomplete_beta(b, a, 1 - x);
  const double log_front = std::lgamma(a + b) - std::lgamma(a) - std::lgamma(b) + a * std::log(x) +
                           b * std::log1p(-x) - std::log(a);
  return std::exp(log_front) * continued_fraction(a, b, x);
}

Interval clopper_pearson(int64_t successes, int64_t trials, double confidence) {
  constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
  if (successes < 0 || successes > trials || !(confidence > 0 && confidence < 1))
    throw Error("not a share with a confidence", "", "0 <= successes <= trials, 0 < confidence < 1",
                fmt::format("{} of {}, {}", successes, trials, confidence));
  if (trials == 0) return {kUnknown, kUnknown};
  const auto hits = static_cast<double>(successes), all = static_cast<double>(trials);
  const double tail = (1 - confidence) / 2;
  Interval out{0, 1};
  if (successes > 0) out.low = beta_quantile(hits, all - hits + 1, tail);
  if (successes < trials) out.high = beta_quantile(hits + 1, all - hits, 1 - tail);
  return out;
}

}  // namespace derm
