#include "net/grad_cam.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/temp_folder.h"
#include "support/tiny_graph.h"
#include "support/torch_golden.h"

namespace derm {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

using torch::Tensor;

constexpr int64_t kCamSide = 64;  // the features of the tiny network are then 2 x 2

GraphNet cam_net() {
  GraphNet net(testing::tiny_graph(8, kCamSide), 5);
  torch::manual_seed(2);
  for (auto& [name, tensor] : net->state())  // batch norms that do something
    if (tensor.is_floating_point() && tensor.dim() == 1) tensor.uniform_(0.5, 1.5);
  net->eval();
  return net;
}

Tensor cam_images(int64_t count) {
  return torch::linspace(-2, 2, count * 3 * kCamSide * kCamSide)
      .mul(7)
      .sin()
      .view({count, 3, kCamSide, kCamSide});
}

TEST(GradCam, EqualsTheGoldenValues) {
  const Json file = testing::golden("gradcam");
  const Json& values = file.at("values");
  for (const auto type : {torch::kDouble, torch::kFloat}) {
    const double tolerance = type == torch::kDouble ? 1e-12 : 1e-6;
    const Tensor activations = testing::tensor(file.at("inputs").at("activations"), type);
    const Tensor gradients = testing::tensor(file.at("inputs").at("gradients"), type);
    const Tensor sum = grad_cam_sum(activations, gradients);
    const auto alpha = values.at("alpha").get<std::vector<double>>();
    testing::expect_close(grad_cam_alpha(gradients)[0].to(torch::kDouble),
                          torch::tensor(alpha, torch::kDouble), tolerance, "alpha");
    testing::expect_close(sum[0].to(torch::kDouble), testing::tensor(values.at("cam_before_relu")),
                          tolerance, "before the ReLU");
    testing::expect_close(sum[0].relu().to(torch::kDouble), testing::tensor(values.at("cam")),
                          tolerance, "cam");
  }
}

// An independent way to the same gradient: move every value of the tap a little. The tiny network
// from `features` on is a mean over positions and one linear layer.
TEST(GradCam, EqualsTheDefinitionByTheClassifiersWeights) {
  GraphNet net = cam_net();
  const Tensor images = cam_images(3);
  const Tensor wanted = torch::tensor({6, 0, 3}, torch::kLong);
  const GradCam found = grad_cam(net, images, "features", wanted);
  const torch::NoGradGuard no_grad;
  const Tensor map = net->forward(images, {"features"}).at("features");
  const Tensor weight = net->state().at("fc.weight").index_select(0, wanted);  // [N, C]
  const auto positions = static_cast<double>(map.size(2) * map.size(3));
  const Tensor expected = torch::einsum("nc,nchw->nhw", {weight, map}).div(positions).relu();
  EXPECT_GT(expected.max().item<float>(), 0);
  EXPECT_TRUE(torch::allclose(found.cam, expected, 1e-4, 1e-6));
  EXPECT_TRUE(torch::equal(found.classes, wanted));
}

TEST(GradCam, ExplainsThePredictedClassUnlessAskedForAnother) {
  GraphNet net = cam_net();
  const Tensor images = cam_images(4);
  const GradCam found = grad_cam(net, images);
  const Tensor logits = net->forward(images, {"logits"}).at("logits").detach();
  EXPECT_TRUE(torch::allclose(found.logits, logits, 1e-5, 1e-6));
  EXPECT_TRUE(torch::equal(found.classes, logits.argmax(1)));
  EXPECT_TRUE(torch::equal(grad_cam(net, images, "features", found.classes).cam, found.cam));
  const Tensor other = (found.classes + 1).remainder(8);
  EXPECT_FALSE(torch::equal(grad_cam(net, images, "features", other).cam, found.cam));
}

TEST(GradCam, WorksAtEveryTapThatIsAMap) {
  GraphNet net = cam_net();
  for (const char* tap : {"stem", "stage1", "stage2", "stage3", "stage4", "features"}) {
    const Tensor cam = grad_cam(net, cam_images(2), tap).cam;
    const Shape& shape = net->graph().shape(tap);
    EXPECT_EQ(cam.sizes(), (std::vector<int64_t>{2, shape.height, shape.width})) << tap;
    EXPECT_TRUE(cam.isfinite().all().item<bool>()) << tap;
    EXPECT_GE(cam.min().item<float>(), 0) << tap;
  }
}

// Where the tap's value was overwritten on the way to the logits, the sum over its positions of
// gradient times value would not be the logit's derivative along the tap.
TEST(GradCam, SeesTheTapAsItIsAndNotWhatLaterOpsMakeOfIt) {
  GraphNet net = cam_net();
  const Tensor images = cam_images(2);
  for (const char* tap : {"stem", "stage1", "stage2"}) {
    const GradCam found = grad_cam(net, images, tap);
    const Taps taps = net->forward(images, {tap, "logits"});
    const Tensor score = taps.at("logits").gather(1, found.classes.unsqueeze(1)).sum();
    const Tensor gradient = torch::autograd::grad({score}, {taps.at(tap)}).at(0);
    const torch::NoGradGuard no_grad;
    const Tensor alone = net->forward(images, {tap}).at(tap);
    const Tensor expected = grad_cam_sum(alone, gradient).relu();
    EXPECT_TRUE(torch::allclose(found.cam, expected, 1e-3, 1e-5)) << tap;
  }
}

TEST(GradCam, GivesABatchTheMapsOfItsImages) {
  GraphNet net = cam_net();
  const Tensor images = cam_images(3);
  for (const char* tap : {"stage2", "features"}) {
    const Tensor together = grad_cam(net, images, tap).cam;
    for (int64_t i = 0; i < 3; ++i)
      EXPECT_TRUE(torch::allclose(grad_cam(net, images.narrow(0, i, 1), tap).cam[0], together[i],
                                  1e-4, 1e-6))
          << tap << " " << i;
  }
}

TEST(GradCam, WorksOnFrozenNetworksAndWithoutGradientMode) {
  GraphNet net = cam_net();
  const Tensor images = cam_images(2);
  const Tensor expected = grad_cam(net, images).cam;
  for (auto& parameter : net->parameters()) parameter.set_requires_grad(false);
  const torch::NoGradGuard no_grad;
  const GradCam found = grad_cam(net, images);
  EXPECT_TRUE(torch::allclose(found.cam, expected, 1e-5, 1e-7));
  EXPECT_FALSE(found.cam.requires_grad());
  EXPECT_FALSE(found.logits.requires_grad());
}

TEST(GradCam, LeavesWeightsGradientsStatisticsAndImagesAlone) {
  GraphNet net = cam_net();
  net->train();
  const TensorMap before = clone_state(net);
  const Tensor images = cam_images(2), copy = images.clone();
  grad_cam(net, images);
  EXPECT_FALSE(net->is_training());
  EXPECT_TRUE(torch::equal(images, copy));
  EXPECT_FALSE(images.requires_grad());
  for (const auto& [name, tensor] : net->state())
    EXPECT_TRUE(torch::equal(tensor, before.at(name))) << name;
  for (const auto& item : net->named_parameters())
    EXPECT_FALSE(item.value().grad().defined()) << item.key();
}

TEST(GradCam, RefusesTapsWithoutAMap) {
  GraphNet net = cam_net();
  const auto message = [&](const std::string& tap) {
    return testing::message_of([&] { grad_cam(net, cam_images(1), tap); });
  };
  for (const char* tap : {"embedding", "logits"})
    EXPECT_THAT(message(tap), AllOf(HasSubstr("tap that is a map"), HasSubstr("features, stage1"),
                                    HasSubstr(tap)));
  EXPECT_THAT(message("feature"), HasSubstr("did you mean 'features'"));
}

TEST(GradCam, RefusesClassesThatAreNotThere) {
  GraphNet net = cam_net();
  const auto message = [&](const Tensor& classes) {
    return testing::message_of([&] { grad_cam(net, cam_images(2), "features", classes); });
  };
  EXPECT_THAT(message(torch::tensor({0, 8}, torch::kLong)), HasSubstr("0 to 7"));
  EXPECT_THAT(message(torch::tensor({-1, 0}, torch::kLong)), HasSubstr("-1"));
  EXPECT_THAT(message(torch::tensor({1}, torch::kLong)), HasSubstr("one class for each image"));
  EXPECT_THAT(message(torch::tensor({1.0, 2.0})), HasSubstr("one class for each image"));
  EXPECT_THAT(message(torch::tensor({1, 7}, torch::kLong)), HasSubstr("no error"));
}

}  // namespace
}  // namespace derm
