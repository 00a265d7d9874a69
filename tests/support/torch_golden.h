// Golden tensors, and the two checks that every loss must pass: golden value with gradient, and
// finite differences in float64.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "net/torch.h"
#include "support/golden.h"

namespace derm::testing {

// {"shape", "data"} as float64 (the default) or another type.
inline torch::Tensor tensor(const Json& json, torch::ScalarType type = torch::kDouble) {
  const auto shape = json.at("shape").get<std::vector<int64_t>>();
  return torch::tensor(numbers(json), torch::kDouble).reshape(shape).to(type);
}

inline torch::Tensor labels(const Json& json) {
  return torch::tensor(json.get<std::vector<int64_t>>(), torch::kLong);
}

inline void expect_close(const torch::Tensor& got, const torch::Tensor& want, double tolerance,
                         const std::string& what) {
  ASSERT_EQ(got.sizes(), want.sizes()) << what;
  const auto error = (got - want).abs() - tolerance * want.abs();
  EXPECT_LE(error.max().item<double>(), tolerance) << what << "\ngot " << got << "\nwant " << want;
}

using Loss = std::function<torch::Tensor(const torch::Tensor&)>;

// The case's loss and its gradient (where the file has one) with respect to `name`, in float64
// (1e-8) and float32 (2e-4 relative, 2e-5 absolute).
inline void expect_golden(const Json& file, const std::string& case_name, const std::string& name,
                          const Loss& loss) {
  const Json& golden_case = file.at("cases").at(case_name);
  for (const auto type : {torch::kDouble, torch::kFloat}) {
    const double tolerance = type == torch::kDouble ? 1e-8 : 2e-4;
    auto input = tensor(file.at("inputs").at(name), type).set_requires_grad(true);
    const auto value = loss(input);
    EXPECT_NEAR(value.item<double>(), golden_case.at("loss").get<double>(),
                tolerance * (1 + std::abs(value.item<double>())))
        << case_name;
    if (!golden_case.contains("grads") || !golden_case["grads"].contains(name)) continue;
    value.backward();
    expect_close(input.grad().to(torch::kDouble), tensor(golden_case["grads"][name]), tolerance,
                 case_name + ", gradient of " + name);
  }
}

// Central differences of `loss` at `input` (float64) against autograd.
inline void expect_gradient(const torch::Tensor& input, const Loss& loss, double tolerance = 1e-6) {
  auto x = input.detach().to(torch::kDouble).clone().set_requires_grad(true);
  loss(x).backward();
  constexpr double kStep = 1e-5;
  auto numeric = torch::zeros_like(x);
  auto flat = x.detach().reshape({-1});
  for (int64_t i = 0; i < flat.numel(); ++i) {
    auto up = flat.clone(), down = flat.clone();
    up[i] += kStep;
    down[i] -= kStep;
    const auto slope = (loss(up.view_as(x)) - loss(down.view_as(x))) / (2 * kStep);
    numeric.view({-1})[i] = slope.item<double>();
  }
  expect_close(x.grad(), numeric, tolerance, "finite differences");
}

}  // namespace derm::testing
