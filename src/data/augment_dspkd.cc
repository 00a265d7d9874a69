#include "data/augment_dspkd.h"

#include <string>
#include <utility>

#include "data/rand_augment_ops.h"

namespace derm {
namespace {

// Differs from paper: it gives neither magnitudes nor how the operations are drawn. Bin 9 of 31 is
// RandAugment's usual one.
constexpr int kMaxOperations = 3, kBin = 9;

class Dspkd : public Augment {
 public:
  explicit Dspkd(Preprocess contract) : contract_(std::move(contract)) {}

  Image apply(const Image& frame, Rng&) const override { return fit(frame, contract_); }
  Image apply_again(const Image& frame, Rng& rng) const override {
    return transform_copy(fit(frame, contract_), rng);
  }

 private:
  Preprocess contract_;
};

}  // namespace

Image transform_copy(Image image, Rng& rng) {
  constexpr double kShare = kBin / static_cast<double>(rand_augment::kBins - 1);
  const auto& all = rand_augment::operations();
  const auto count = rng.between(1, kMaxOperations);
  for (int64_t i = 0; i < count; ++i) {
    const auto& operation = all[rng.below(all.size())];
    const bool opposite = operation.is_signed && rng.chance(0.5);
    image = operation.apply(image, opposite ? -kShare : kShare);
  }
  return image;
}

Image listed_copy(Image frame, const ManifestRow& row) {
  if (row.copy == 0) return frame;
  const uint64_t seed = std::stoull(row.sha256.substr(0, 16), nullptr, 16);
  Rng rng({seed, Purpose::kAugment, 0, static_cast<uint64_t>(row.copy)});
  return transform_copy(std::move(frame), rng);
}

std::shared_ptr<const Augment> make_dspkd(const AugmentConfig&, const Preprocess& contract) {
  return std::make_shared<Dspkd>(contract);
}

}  // namespace derm
