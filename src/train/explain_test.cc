#include "train/explain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/interrupt.h"
#include "net/grad_cam.h"
#include "support/small_images.h"
#include "support/temp_folder.h"
#include "support/tiny_graph.h"
#include "train/predict.h"

namespace derm {
namespace {

using ::testing::HasSubstr;

constexpr int64_t kExplained = 5;

class Explain : public ::testing::Test {
 protected:
  Explain() { contract_.side_px = 64; }

  std::vector<Explanation> run(const ExplainOptions& options) {
    return explain(net_, contract_, source_, kExplained, torch::kCPU, options);
  }

  Preprocess contract_;
  GraphNet net_{testing::tiny_graph(8, 64), 3};
  ImageSource source_ = [](int64_t i) {
    return testing::noise_image(64, 64, static_cast<uint64_t>(i));
  };
};

TEST_F(Explain, GivesEachImageItsOwnMapAndDecision) {
  const auto found = run({});
  ASSERT_EQ(found.size(), static_cast<size_t>(kExplained));
  for (int64_t i = 0; i < kExplained; ++i) {
    const Explanation& one = found[static_cast<size_t>(i)];
    torch::Tensor image = torch::empty({1, 3, 64, 64});
    normalise(source_(i), contract_, Layout::kPlanes, image.data_ptr<float>());
    const GradCam expected = grad_cam(net_, image);
    ASSERT_EQ(one.cam.width * one.cam.height, expected.cam.numel());
    const auto cam = torch::tensor(one.cam.values).view_as(expected.cam);
    EXPECT_TRUE(torch::allclose(cam, expected.cam, 1e-3, 1e-6)) << i;
    EXPECT_EQ(one.predicted, expected.classes[0].item<int64_t>());
    EXPECT_EQ(one.explained, one.predicted);
    const auto odds = torch::softmax(expected.logits[0], 0);
    ASSERT_EQ(one.probabilities.size(), 8U);
    for (size_t c = 0; c < 8; ++c)
      EXPECT_NEAR(one.probabilities[c], odds[static_cast<int64_t>(c)].item<double>(), 1e-5);
  }
}

TEST_F(Explain, DoesNotDependOnTheBatchSize) {
  const auto whole = run({}), pieces = run({"features", {}, 2});
  for (size_t i = 0; i < whole.size(); ++i)
    EXPECT_THAT(pieces[i].cam.values,
                ::testing::Pointwise(::testing::FloatNear(1e-5F), whole[i].cam.values));
}

TEST_F(Explain, TakesTheClassOfEachImage) {
  const std::vector<int64_t> classes{7, 0, 3, 3, 1};
  const auto found = run({"stage3", classes, 2});
  for (size_t i = 0; i < classes.size(); ++i) {
    EXPECT_EQ(found[i].explained, classes[i]);
    EXPECT_EQ(found[i].cam.width, net_->graph().shape("stage3").width);
  }
}

TEST_F(Explain, StopsWhenItIsInterrupted) {
  request_interrupt();
  EXPECT_THROW(run({}), Interrupted);
  clear_interrupt();
}

TEST_F(Explain, RefusesNoImagesAndTooFewClasses) {
  EXPECT_THAT(testing::message_of([&] { run({"features", {1, 2}, 16}); }), HasSubstr("5 classes"));
  EXPECT_THAT(testing::message_of(
                  [&] { explain(net_, contract_, source_, 0, torch::kCPU, ExplainOptions{}); }),
              HasSubstr("no image"));
}

}  // namespace
}  // namespace derm
