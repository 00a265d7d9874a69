// Is the difference between methods real? The tests of all pairs of a comparison, with one
// correction for all of them. Which test answers what: docs/compare.md.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "eval/networks.h"
#include "eval/seed_bootstrap.h"
#include "eval/sign_flip.h"

namespace derm {

struct CompareOptions {
  std::vector<MetricChoice> metrics;
  std::vector<int64_t> auc_classes;  // classes whose areas are compared
  std::vector<GroupPair> pairs;
  Bootstrap bootstrap;
  double level = 0.05;  // a corrected p below it is a difference
};

enum class Verdict { kBetter, kWorse, kNotDistinguishable };
const char* verdict_text(Verdict verdict);  // "better", "worse", "not distinguishable"

// One test of one pair: what the second side has more than the first.
struct Compared {
  GroupPair pair;
  std::string measure;  // "balanced_accuracy", "accuracy", "auc.MEL"
  std::string test;     // "bootstrap", "McNemar", "DeLong"
  double first = 0, second = 0, difference = 0;
  double low = 0, high = 0;  // NaN where the test has no interval
  double p = 0;              // by lesions
  double p_images = 0;       // McNemar, DeLong: as if images were independent; else NaN
  double p_holm = 0;         // p, corrected for all rows of the same test
  Verdict verdict = Verdict::kNotDistinguishable;  // of the second side
  RightOrWrong counts;                             // McNemar
  int64_t undefined = 0;                           // bootstrap
};

// Rows in the order of the tests, then of measures, then of pairs.
std::vector<Compared> compare_groups(const std::vector<NetworkGroup>& groups,
                                     const std::vector<std::string>& classes,
                                     const std::vector<std::string>& lesions,
                                     const CompareOptions& options,
                                     const std::function<void(int64_t)>& progress = {});

}  // namespace derm
