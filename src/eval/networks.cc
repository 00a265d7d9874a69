#include "eval/networks.h"

#include <algorithm>

#include "base/error.h"
#include "eval/confusion.h"

namespace derm {

bool paired_by_seed(const NetworkGroup& first, const NetworkGroup& second) {
  const bool known = std::all_of(first.seeds.begin(), first.seeds.end(),
                                 [](const auto& seed) { return seed.has_value(); });
  return known && first.seeds == second.seeds;
}

void check_same_images(const Networks& first, const Networks& second,
                       const std::vector<std::string>& groups) {
  if (first.empty() || second.empty()) throw Error("a side of the comparison has no network");
  const Scores& of = *first.front();
  for (const Networks* side : {&first, &second})
    for (const Scores* scores : *side) {
      check_scores(*scores);
      if (scores->labels != of.labels || scores->classes != of.classes)
        throw Error("two sets of predictions that are not of the same images");
    }
  if (groups.size() != of.labels.size())
    throw Error("lesions and predictions do not belong together", "",
                fmt::format("{} lesions", of.labels.size()), fmt::format("{}", groups.size()));
}

}  // namespace derm
