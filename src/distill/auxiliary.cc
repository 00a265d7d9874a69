#include "distill/auxiliary.h"

#include "base/files.h"
#include "base/rng.h"

namespace derm {
namespace {

class AuxRoot : public torch::nn::Module {};

}  // namespace

Aux::Aux(uint64_t seed) : seed_(seed), root_(std::make_shared<AuxRoot>()) {}

void Aux::seed_for(const std::string& name) const {
  const uint64_t hash = std::stoull(sha256(name).substr(0, 8), nullptr, 16);
  torch::manual_seed(derive_seed({seed_, Purpose::kInit, 0, hash, 1}));
}

}  // namespace derm
