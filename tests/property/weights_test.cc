// Damaged weight files are refused or read, never a crash.
#include <gtest/gtest.h>

#include "base/error.h"
#include "net/weights.h"
#include "support/mutate.h"

namespace derm::property {
namespace {

TEST(DamagedBytes, OfSafetensorsAreRefusedOrRead) {
  const TensorMap tensors = {{"conv.weight", torch::arange(12).to(torch::kFloat32).view({3, 4})},
                             {"count", torch::tensor(7, torch::kInt64)}};
  const auto good = safetensors_bytes(tensors, {{"arch", "none"}});
  EXPECT_GT(survive(good, 3000, [](const Bytes& b) { parse_safetensors(b, "t.safetensors"); }),
            1000);
}

}  // namespace
}  // namespace derm::property
