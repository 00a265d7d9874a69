#include "eval/sign_flip.h"

#include <algorithm>
#include <cstdlib>
#include <numeric>

#include "eval/bootstrap.h"
#include "eval/confusion.h"

namespace derm {
namespace {

// Probability of each value of the sum, from -reach to reach.
std::vector<double> distribution(const std::vector<int64_t>& terms, int64_t reach) {
  std::vector<double> now(static_cast<size_t>(2 * reach + 1), 0), next;
  now[static_cast<size_t>(reach)] = 1;
  int64_t widest = 0;
  for (const int64_t term : terms) {
    const int64_t step = std::abs(term);
    next.assign(now.size(), 0);
    for (int64_t value = -widest; value <= widest; ++value) {
      const double half = now[static_cast<size_t>(reach + value)] / 2;
      next[static_cast<size_t>(reach + value - step)] += half;
      next[static_cast<size_t>(reach + value + step)] += half;
    }
    widest += step;
    now.swap(next);
  }
  return now;
}

// [N]: of how many networks the prediction is right.
std::vector<int64_t> times_right(const Networks& networks) {
  std::vector<int64_t> out(networks.front()->labels.size(), 0);
  for (const Scores* scores : networks)
    for (size_t i = 0; i < out.size(); ++i) {
      const double* row = scores->row(static_cast<int64_t>(i));
      out[i] += arg_max(row, scores->classes) == scores->labels[i] ? 1 : 0;
    }
  return out;
}

std::vector<int64_t> without_zeros(std::vector<int64_t> terms) {
  terms.erase(std::remove(terms.begin(), terms.end(), 0), terms.end());
  return terms;
}

std::vector<int64_t> sums_by_lesion(const std::vector<int64_t>& terms,
                                    const std::vector<std::string>& groups) {
  const RowGroups lesions(groups);
  std::vector<int64_t> sums(lesions.size(), 0);
  for (size_t row = 0; row < terms.size(); ++row) sums[lesions[row]] += terms[row];
  return sums;
}

}  // namespace

SignFlip sign_flip_test(const std::vector<int64_t>& terms) {
  int64_t sum = 0, reach = 0;
  for (const int64_t term : terms) {
    sum += term;
    reach += std::abs(term);
  }
  const auto p = distribution(terms, reach);
  double beyond = 0, equal = 0;
  for (int64_t value = -reach; value <= reach; ++value) {
    const double share = p[static_cast<size_t>(reach + value)];
    beyond += std::abs(value) > std::abs(sum) ? share : 0;
    equal += std::abs(value) == std::abs(sum) ? share : 0;
  }
  return {std::min(1.0, beyond + equal), std::min(1.0, beyond + equal / 2)};
}

RightOrWrong compare_right_or_wrong(const Networks& first, const Networks& second,
                                    const std::vector<std::string>& groups) {
  check_same_images(first, second, groups);
  const auto right_first = times_right(first), right_second = times_right(second);
  const auto a = static_cast<int64_t>(first.size()), b = static_cast<int64_t>(second.size());
  const int64_t shared = std::gcd(a, b);
  RightOrWrong out;
  std::vector<int64_t> terms;
  for (size_t i = 0; i < groups.size(); ++i) {
    out.only_first += right_first[i] * (b - right_second[i]);
    out.only_second += right_second[i] * (a - right_first[i]);
    terms.push_back((right_second[i] * a - right_first[i] * b) / shared);
  }
  const auto images = static_cast<double>(groups.size());
  const auto mean = [&](const std::vector<int64_t>& right, int64_t networks) {
    const auto all = std::accumulate(right.begin(), right.end(), int64_t{0});
    return static_cast<double>(all) / (images * static_cast<double>(networks));
  };
  out.first = mean(right_first, a);
  out.second = mean(right_second, b);
  const auto lesions = without_zeros(sums_by_lesion(terms, groups));
  out.lesions = static_cast<int64_t>(lesions.size());
  out.images = sign_flip_test(without_zeros(terms));
  out.by_lesion = sign_flip_test(lesions);
  return out;
}

}  // namespace derm
