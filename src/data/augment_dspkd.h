// The training pipeline of DSP-KD (Zeng et al., 2024): images of rare classes are enlarged by
// copies that pass through 1 to 3 operations of RandAugment; the originals stay as they are. Here a
// copy is a repeat within an epoch (sampler target), made on the fly and new in each epoch.
#pragma once

#include <memory>

#include "data/augment.h"
#include "data/manifest.h"

namespace derm {

// 1, 2 or 3 of the operations, each drawn anew from all fourteen, at bin 9 of 31 and with either
// sign. Keeps the size.
Image transform_copy(Image image, Rng& rng);

// What a row of a manifest shows of its (cleaned) file: the frame, or its transformed copy of that
// number, the same in every run.
Image listed_copy(Image frame, const ManifestRow& row);

// First occurrences: the evaluation transform. Repeats: transform_copy of it.
std::shared_ptr<const Augment> make_dspkd(const AugmentConfig& config, const Preprocess& contract);

}  // namespace derm
