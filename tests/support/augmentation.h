// What the tests of the augmentation pipelines share.
#pragma once

#include "base/rng.h"
#include "image/preprocess.h"

namespace derm::testing {

// The draw of image `sample` in the first epoch.
inline Rng rng_of(uint64_t sample) {
  return Rng({7, Purpose::kAugment, 0, sample});
}

// The default contract at that input side.
inline Preprocess contract_of(int64_t side_px) {
  Preprocess contract;
  contract.side_px = side_px;
  return contract;
}

}  // namespace derm::testing
