// Losses with trained modules between the sides (hint, MGD, HF-MGD, ReviewKD), and the adaptors.
#include <gtest/gtest.h>

#include "distill/adaptor.h"
#include "distill/crkd.h"
#include "distill/hf_mgd.h"
#include "distill/hint.h"
#include "distill/ickd.h"
#include "distill/mgd.h"
#include "distill/review.h"
#include "support/torch_golden.h"

namespace derm {
namespace {

using testing::expect_close;
using testing::expect_golden;
using testing::golden;
using testing::tensor;

// Gives the module's parameters and buffers the golden inputs of these names.
void fill(torch::nn::Module& module, const Json& inputs, torch::ScalarType type,
          const std::map<std::string, std::string>& names) {
  const torch::NoGradGuard no_grad;
  module.to(type);
  for (auto& item : module.named_parameters()) {
    const auto& value = tensor(inputs.at(names.at(item.key())), type);
    item.value().copy_(value.reshape_as(item.value()));
  }
}

const std::map<std::string, std::string> kRegressor = {{"conv.weight", "conv_weight"},
                                                       {"conv.bias", "conv_bias"},
                                                       {"norm.weight", "bn_weight"},
                                                       {"norm.bias", "bn_bias"}};

TEST(Hint, EqualsTheGoldenValuesThroughTheRegressor) {
  const Json file = golden("fitnet");
  for (const bool relu : {true, false})
    expect_golden(file, relu ? "conv1x1_bn_relu" : "conv1x1_linear", "student_feature",
                  [&](const torch::Tensor& f) {
                    ConvRegressor regressor(Shape{3, 2, 2}, Shape{4, 2, 2}, relu);
                    fill(*regressor, file["inputs"], f.scalar_type(), kRegressor);
                    return hint_loss(tensor(file["inputs"]["teacher_feature"], f.scalar_type()),
                                     regressor->forward(f), {});
                  });
}

TEST(Hint, RegressorsGradientsEqualTheGoldenOnes) {
  const Json file = golden("fitnet");
  ConvRegressor regressor(Shape{3, 2, 2}, Shape{4, 2, 2}, true);
  fill(*regressor, file["inputs"], torch::kDouble, kRegressor);
  hint_loss(tensor(file["inputs"]["teacher_feature"]),
            regressor->forward(tensor(file["inputs"]["student_feature"])), {})
      .backward();
  const Json& want = file["cases"]["conv1x1_bn_relu"]["grads"];
  const auto parameters = regressor->named_parameters();
  for (const char* name : {"conv.weight", "norm.weight", "norm.bias"})
    expect_close(parameters[name].grad(), tensor(want[kRegressor.at(name)]), 1e-8, name);
}

TEST(Crkd, EqualsTheGoldenValueThroughTheAdaptor) {
  const Json file = golden("crkd");
  expect_golden(file, "code_rms_with_adaptor", "raw_student", [&](const torch::Tensor& f) {
    ConvRegressor adaptor(Shape{3, 2, 2}, Shape{4, 2, 2}, true);
    fill(*adaptor, file["inputs"], f.scalar_type(), kRegressor);
    return crkd_loss(tensor(file["inputs"]["teacher_feature"], f.scalar_type()),
                     adaptor->forward(f), {});
  });
}

TEST(Ickd, EqualsTheGoldenValueThroughTheEmbed) {
  const Json file = golden("ickd");
  expect_golden(file, "with_embed_conv1x1_bn", "raw_student", [&](const torch::Tensor& f) {
    Pointwise embed(2, 3, true);
    fill(*embed, file["inputs"], f.scalar_type(), kRegressor);
    return ickd_loss(tensor(file["inputs"]["teacher_feature"], f.scalar_type()), embed->forward(f),
                     {});
  });
}

// Every case of the regressor's table gives the teacher's shape.
TEST(ConvRegressor, MeetsTheTeachersShapeFromAnyOther) {
  const Shape teacher{5, 8, 6};
  for (const auto& student : {Shape{3, 8, 6}, Shape{3, 16, 12}, Shape{3, 4, 3}, Shape{3, 11, 7},
                              Shape{3, 5, 5}, Shape{3, 9, 4}}) {
    ConvRegressor regressor(student, teacher, true);
    const auto out = regressor->forward(torch::randn({2, 3, student.height, student.width}));
    EXPECT_EQ(out.sizes(), torch::IntArrayRef({2, 5, 8, 6})) << student.text();
  }
}

const std::map<std::string, std::string> kGenerate = {{"first.weight", "gen1_weight"},
                                                      {"first.bias", "gen1_bias"},
                                                      {"second.weight", "gen2_weight"},
                                                      {"second.bias", "gen2_bias"}};
const std::map<std::string, std::string> kAlign = {{"conv.weight", "align_weight"},
                                                   {"conv.bias", "align_bias"}};

// SSE / B of the golden file, which names its gradient after that unscaled sum.
void expect_generated(const Json& file, const std::string& name, const std::string& gradient,
                      const std::string& sum, bool gelu, const torch::Tensor& mask) {
  const Json& in = file["inputs"];
  const auto target =
      tensor(in.contains("teacher_feature") ? in["teacher_feature"] : in["teacher_level4"]);
  Pointwise align(2, target.size(1), false);
  Generate generate(target.size(1), gelu);
  fill(*align, in, torch::kDouble, kAlign);
  fill(*generate, in, torch::kDouble, kGenerate);
  auto student = tensor(in["student_feature"]).set_requires_grad(true);
  const auto loss =
      squared_error_per_image(generate->forward(align->forward(student) * mask), target);
  loss.backward();
  const Json& want = file["cases"][name];
  EXPECT_NEAR(loss.item<double>(), want["terms"][sum].get<double>(), 1e-8);
  EXPECT_NEAR(7e-5 * loss.item<double>(), want["loss"].get<double>(), 1e-10);
  expect_close(student.grad(), tensor(want["grads"][gradient]), 1e-8, name);
}

TEST(Mgd, EqualsTheGoldenValuesUnderBothMasks) {
  const Json file = golden("mgd");
  for (const std::string mask : {"channel_mask", "spatial_mask"})
    expect_generated(file, mask, "student_feature_of_sum_sq_over_N", "sum_sq_over_N", false,
                     tensor(file["inputs"][mask]));
}

TEST(Mgd, MasksHideTheShareTheyShould) {
  torch::manual_seed(1);
  const auto map = torch::zeros({64, 200, 7, 7});
  const auto channels = random_mask(map, {"channel", 0.15, "features"});
  EXPECT_EQ(channels.sizes(), torch::IntArrayRef({64, 200, 1, 1}));
  EXPECT_NEAR(channels.mean().item<double>(), 0.85, 0.02);
  const auto places = random_mask(map, {"spatial", 0.65, "features"});
  EXPECT_EQ(places.sizes(), torch::IntArrayRef({64, 1, 7, 7}));
  EXPECT_NEAR(places.mean().item<double>(), 0.35, 0.04);
}

TEST(HfMgd, AttentionMaskAndLossEqualTheGoldenValues) {
  const Json file = golden("hf_mask");
  std::vector<torch::Tensor> levels;
  for (const char* name : {"teacher_level1", "teacher_level2", "teacher_level3", "teacher_level4"})
    levels.push_back(tensor(file["inputs"][name]).abs().mean(1, true));
  const Json& want = file["values"];
  const HfMgdOptions options;
  expect_close(spatial_attention(levels[3], options.tau), tensor(want["attention_level4"]), 1e-9,
               "level 4");
  const auto attention = fused_attention(levels, 2, 2, options);
  expect_close(attention, tensor(want["attention_pooled"]), 1e-9, "pooled");
  const auto mask = attention_mask(attention, options);
  EXPECT_TRUE(mask.equal(tensor(want["mask"])));
  expect_generated(file, "stage1", "student_feature_of_gen", "gen_sum_sq_over_N", true, mask);
}

TEST(HfMgd, AttentionHasMeanOneAndTheQuantileHidesItsShare) {
  torch::manual_seed(2);
  const auto attention = spatial_attention(torch::rand({3, 1, 8, 8}), 0.5);
  EXPECT_NEAR(attention.mean().item<double>(), 1, 1e-6);
  HfMgdOptions options;
  options.quantile = 0.75;
  EXPECT_NEAR(attention_mask(attention, options).mean().item<double>(), 0.75, 0.02);
}

TEST(Review, EqualsTheGoldenValues) {
  const Json file = golden("reviewkd");
  const Json& in = file["inputs"];
  const double hcl_8 = review_hcl(tensor(in["t8"]), tensor(in["s8"])).item<double>();
  EXPECT_NEAR(hcl_8, file["cases"]["hcl_8"]["loss"].get<double>(), 1e-9);
  expect_golden(file, "hcl_8_plus_2", "s2", [&](const torch::Tensor& s) {
    const auto type = s.scalar_type();
    return review_hcl(tensor(in["t8"], type), tensor(in["s8"], type)) +
           review_hcl(tensor(in["t2"], type), s);
  });
  const auto y = torch::upsample_nearest2d(tensor(in["abf_residual"]), {4, 4});
  const auto fused = review_fusion(tensor(in["abf_x"]), y, tensor(in["abf_att_weight"]),
                                   tensor(in["abf_att_bias"]));
  expect_close(fused, tensor(file["cases"]["abf_fusion"]["values"]["fused"]), 1e-9, "fusion");
}

}  // namespace
}  // namespace derm
