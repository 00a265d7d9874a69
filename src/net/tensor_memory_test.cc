#include "net/tensor_memory.h"

#include <gtest/gtest.h>

#include <cmath>
#include <thread>
#include <vector>

#include "base/error.h"
#include "base/rng.h"
#include "net/torch.h"

namespace derm {
namespace {

constexpr int64_t kMillion = 1000000;

class TensorMemoryTest : public ::testing::Test {
 protected:
  TensorMemoryTest() { keep_tensor_memory(); }
};

TEST_F(TensorMemoryTest, GivesTheSameBlockToTheNextTensorOfTheSize) {
  const void* first = torch::empty({kMillion}).data_ptr();
  const torch::Tensor next = torch::empty({kMillion});
  EXPECT_EQ(next.data_ptr(), first);
}

TEST_F(TensorMemoryTest, GivesTheBlocksOfAFullBatchToASmallerOne) {
  const void* full = torch::empty({32, kMillion}).data_ptr();
  EXPECT_EQ(torch::empty({29, kMillion}).data_ptr(), full);
  EXPECT_NE(torch::empty({3, kMillion}).data_ptr(), full);
}

TEST_F(TensorMemoryTest, CountsWhatIsInUse) {
  const size_t before = tensor_memory().in_use;
  {
    const torch::Tensor one = torch::empty({kMillion});
    EXPECT_GE(tensor_memory().in_use, before + 4 * kMillion);
    EXPECT_LE(tensor_memory().in_use, before + 7 * kMillion);  // up to a huge page more
  }
  EXPECT_EQ(tensor_memory().in_use, before);
}

TEST_F(TensorMemoryTest, TakesTensorsWithoutElements) {
  const torch::Tensor empty = torch::empty({0, 3});
  EXPECT_EQ(empty.numel(), 0);
  EXPECT_EQ(torch::cat({empty, torch::ones({2, 3})}).sum().item<double>(), 6);
}

TEST_F(TensorMemoryTest, RefusesMoreThanThereIs) {
  const size_t peak = tensor_memory().peak;
  EXPECT_THROW(torch::empty({int64_t{1} << 50}), Error);
  EXPECT_EQ(tensor_memory().peak, peak);  // or the bound on what is kept would be lost
  EXPECT_EQ(torch::ones({kMillion}).sum().item<double>(), kMillion);
}

// Tensors of random sizes live and die in random order: each keeps its own contents, is aligned,
// and what is kept besides stays within its bound.
TEST_F(TensorMemoryTest, KeepsContentsApartAndItsBound) {
  Rng rng({1, Purpose::kShuffle});
  std::vector<std::pair<torch::Tensor, float>> alive;
  for (int i = 0; i < 3000; ++i) {
    if (alive.size() > 20 || (!alive.empty() && rng.uniform() < 0.45)) {
      const auto gone = alive.begin() + static_cast<int64_t>(rng.below(alive.size()));
      ASSERT_TRUE((gone->first == gone->second).all().item<bool>());
      alive.erase(gone);
    } else {
      const auto elements = static_cast<int64_t>(std::exp(rng.uniform(0, 14)));
      alive.emplace_back(torch::full({elements}, i, torch::kFloat32), static_cast<float>(i));
      ASSERT_EQ(reinterpret_cast<uintptr_t>(alive.back().first.data_ptr()) % 64, 0U);
    }
    const TensorMemory now = tensor_memory();
    ASSERT_LE(now.in_use + now.kept, now.peak + now.peak / 4);
  }
}

TEST_F(TensorMemoryTest, TakesBackWhatAnotherThreadAllocated) {
  const size_t before = tensor_memory().in_use;
  for (int round = 0; round < 20; ++round) {
    std::vector<torch::Tensor> made(4);
    std::vector<std::thread> threads;
    for (size_t t = 0; t < made.size(); ++t)
      threads.emplace_back(
          [&made, t] { made[t] = torch::full({200000}, static_cast<int64_t>(t)); });
    for (auto& thread : threads) thread.join();
    for (size_t t = 0; t < made.size(); ++t)
      EXPECT_TRUE((made[t] == static_cast<int64_t>(t)).all().item<bool>());
  }
  EXPECT_EQ(tensor_memory().in_use, before);
}

}  // namespace
}  // namespace derm
