// A small symmetric system of equations, by Cholesky's factorisation.
#pragma once

#include <vector>

namespace derm {

// x of matrix * x = right; matrix [n * n] row-major, symmetric and positive definite, of which the
// lower triangle is read. Throws Error where it is not.
std::vector<double> solve_positive(std::vector<double> matrix, std::vector<double> right);

}  // namespace derm
