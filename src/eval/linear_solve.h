// Small symmetric systems of equations, by Cholesky's factorisation. Matrices are row-major [n *
// n].
#pragma once

#include <cstddef>
#include <vector>

namespace derm {

// The lower triangle L with L L^T = matrix, of which the lower triangle is read; what stands above
// the diagonal means nothing. Throws Error where the matrix is not positive definite.
std::vector<double> cholesky(std::vector<double> matrix, size_t n);

// x of L x = right, in its place.
void solve_lower(const std::vector<double>& lower, std::vector<double>& right);

// x of matrix * x = right; the matrix as for cholesky().
std::vector<double> solve_positive(std::vector<double> matrix, std::vector<double> right);

}  // namespace derm
