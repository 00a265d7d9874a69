// Whether one of two networks is right more often on the same images: McNemar's exact test, and
// its form for images that come in lesions, an exact sign-flip test.
//
// McNemar: Psychometrika 12, 1947. Mid-p: Fagerland, Lydersen and Laake, "The McNemar test for
// binary matched-pairs data: mid-p and asymptotic are better than exact conditional", BMC Medical
// Research Methodology 13:91, 2013.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "eval/networks.h"

namespace derm {

// Two-sided p values of a sum whose terms change their sign by independent fair coins.
struct SignFlip {
  double exact = 1;  // P(|T*| >= |T|): never below the nominal level
  double mid = 1;    // P(|T*| > |T|) + P(|T*| = |T|) / 2: close to the nominal level
};

// From the whole distribution, not from draws: O(terms * sum of |terms|). Terms of 1 and -1 are
// McNemar's exact conditional test.
SignFlip sign_flip_test(const std::vector<int64_t>& terms);

struct RightOrWrong {
  double first = 0, second = 0;  // accuracies, means over the networks
  // Images that only one side has right; for several networks, pairs of networks and images.
  int64_t only_first = 0, only_second = 0;
  int64_t lesions = 0;  // those on which the sides differ
  SignFlip images;      // McNemar: every image its own lesion
  SignFlip by_lesion;   // the sign of a whole lesion's difference is the coin
};

// `groups`: the lesion of each row; an empty one is a lesion of its own. The networks are taken as
// they are: nothing is said about other seeds. Throws Error where the sets differ in labels.
RightOrWrong compare_right_or_wrong(const Networks& first, const Networks& second,
                                    const std::vector<std::string>& groups);

}  // namespace derm
