#include "eval/linear_solve.h"

#include <cmath>

#include "base/error.h"

namespace derm {

std::vector<double> cholesky(std::vector<double> matrix, size_t n) {
  const auto at = [&](size_t row, size_t column) -> double& { return matrix[row * n + column]; };
  for (size_t i = 0; i < n; ++i)
    for (size_t j = 0; j <= i; ++j) {
      double rest = at(i, j);
      for (size_t k = 0; k < j; ++k) rest -= at(i, k) * at(j, k);
      if (i == j && !(rest > 0)) throw Error("matrix is not positive definite");
      at(i, j) = i == j ? std::sqrt(rest) : rest / at(j, j);
    }
  return matrix;
}

void solve_lower(const std::vector<double>& lower, std::vector<double>& right) {
  const size_t n = right.size();
  for (size_t i = 0; i < n; ++i) {
    for (size_t k = 0; k < i; ++k) right[i] -= lower[i * n + k] * right[k];
    right[i] /= lower[i * n + i];
  }
}

std::vector<double> solve_positive(std::vector<double> matrix, std::vector<double> right) {
  const size_t n = right.size();
  const auto lower = cholesky(std::move(matrix), n);
  solve_lower(lower, right);
  for (size_t i = n; i-- > 0;) {
    for (size_t k = i + 1; k < n; ++k) right[i] -= lower[k * n + i] * right[k];
    right[i] /= lower[i * n + i];
  }
  return right;
}

}  // namespace derm
