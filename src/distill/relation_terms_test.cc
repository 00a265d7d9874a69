// The losses between maps and embeddings: golden values and gradients, finite differences,
// properties.
#include <gtest/gtest.h>

#include "distill/at.h"
#include "distill/ce.h"
#include "distill/crd.h"
#include "distill/crkd.h"
#include "distill/erkd.h"
#include "distill/ickd.h"
#include "distill/kd.h"
#include "distill/math.h"
#include "distill/rkd.h"
#include "distill/sp.h"
#include "support/torch_golden.h"

namespace derm {
namespace {

using testing::expect_golden;
using testing::expect_gradient;
using testing::golden;
using testing::tensor;

torch::Tensor input(const Json& file, const std::string& name, const torch::Tensor& like) {
  return tensor(file["inputs"][name], like.scalar_type());
}

TEST(Rkd, EqualsTheGoldenValues) {
  const Json file = golden("rkd");
  const auto check = [&](const std::string& name, const RkdOptions& options) {
    expect_golden(file, name, "student_embedding", [&](const torch::Tensor& e) {
      return rkd_loss(input(file, "teacher_embedding", e), e, options);
    });
  };
  check("distance", {1, 0, 0, false, "all"});
  check("angle", {0, 1, 0, false, "all"});
  check("total_25_50", {});
  check("total_25_50_l2norm_inputs", {25, 50, 0, true, "all"});
  const Json area = golden("hckd");
  expect_golden(area, "area_wise_rkd", "student_embedding", [&](const torch::Tensor& e) {
    return rkd_area(input(area, "teacher_embedding", e), e);
  });
}

TEST(Rkd, IgnoresScaleRotationAndShift) {
  torch::manual_seed(1);
  const auto t = torch::randn({6, 4}, torch::kDouble), s = torch::randn({6, 3}, torch::kDouble);
  const auto rotation = std::get<0>(at::linalg_qr(torch::randn({3, 3}, torch::kDouble)));
  const RkdOptions all{25, 50, 25, false, "all"};
  const double once = rkd_loss(t, s, all).item<double>();
  EXPECT_NEAR(rkd_loss(t, s.matmul(rotation) * 7 + 5, all).item<double>(), once, 1e-8 * once);
}

TEST(Rkd, IsZeroForTheTeachersOwnEmbedding) {
  torch::manual_seed(2);
  const auto t = torch::randn({5, 4}, torch::kDouble);
  auto s = (t * 3).set_requires_grad(true);
  const auto loss = rkd_loss(t, s, {25, 50, 25, false, "all"});
  loss.backward();
  EXPECT_NEAR(loss.item<double>(), 0, 1e-12);
  EXPECT_LT(s.grad().abs().max().item<double>(), 1e-6);
}

TEST(Rkd, GradientAgreesWithFiniteDifferences) {
  torch::manual_seed(3);
  const auto t = torch::randn({5, 4}, torch::kDouble);
  expect_gradient(torch::randn({5, 3}, torch::kDouble), [&](const torch::Tensor& s) {
    return rkd_loss(t, s, {25, 50, 25, false, "all"});
  });
}

// A dead student, duplicate images, collinear points, tiny batches.
TEST(Rkd, StaysFiniteForDegenerateEmbeddings) {
  torch::manual_seed(4);
  const auto t = torch::randn({4, 5});
  const auto line = torch::arange(4, torch::kFloat).unsqueeze(1).repeat({1, 3});
  auto twins = torch::randn({4, 3});
  twins[1] = twins[0];
  for (const auto& student : {torch::zeros({4, 3}), line, twins, torch::full({4, 3}, 1e-30F)})
    for (const int64_t batch : {1, 2, 3, 4}) {
      auto s = student.slice(0, 0, batch).clone().set_requires_grad(true);
      const auto loss = rkd_loss(t.slice(0, 0, batch), s, {25, 50, 25, false, "all"});
      loss.backward();
      EXPECT_TRUE(torch::isfinite(loss).item<bool>()) << student;
      EXPECT_TRUE(torch::isfinite(s.grad()).all().item<bool>()) << student << s.grad();
      EXPECT_LT(s.grad().abs().max().item<double>(), 1e5) << student;
    }
}

TEST(Crkd, EqualsTheGoldenValues) {
  const Json file = golden("crkd");
  const auto check = [&](const std::string& name, const std::string& of, const char* form) {
    expect_golden(file, name, of, [&](const torch::Tensor& f) {
      return crkd_loss(input(file, "teacher_feature", f), f, {form, false, "all"});
    });
  };
  check("code_rms", "adapted_student", "code");
  check("paper_sum_frobenius", "adapted_student", "paper");
  check("paper_mean_frobenius", "adapted_student", "paper_mean");
  check("code_rms_other_spatial_size", "adapted_student_3x3", "code");
}

// The short form against the definition, where cancellation is worst: nearly equal sides.
TEST(Crkd, ShortFormEqualsTheGramMatrices) {
  torch::manual_seed(5);
  for (const double apart : {1.0, 1e-3, 1e-5}) {
    const auto t = torch::randn({3, 64, 3, 3}, torch::kDouble).abs();
    const auto s = t + apart * torch::randn({3, 64, 3, 3}, torch::kDouble);
    const auto direct = gram_distance_squared_direct(t, s), fast = gram_distance_squared(t, s);
    EXPECT_LT(((fast - direct).abs() / direct).max().item<double>(), 1e-4) << apart;
  }
}

TEST(Crkd, IgnoresThePlaceOfAPatternAndIsFiniteWhenSidesAgree) {
  torch::manual_seed(6);
  const auto t = torch::randn({2, 20, 3, 3}), s = torch::randn({2, 20, 3, 3});
  const double once = crkd_loss(t, s, {}).item<double>();
  EXPECT_NEAR(crkd_loss(t, s.flip(3), {}).item<double>(), once, 1e-6 * once);
  auto same = t.clone().set_requires_grad(true);
  crkd_loss(t, same, {}).backward();
  EXPECT_TRUE(torch::isfinite(same.grad()).all().item<bool>());
}

TEST(Ickd, EqualsTheGoldenValues) {
  const Json file = golden("ickd");
  for (const auto& [name, form] : {std::pair<std::string, std::string>{"cifar_div_CB", "cifar"},
                                   {"imagenet_div_CBB", "imagenet"}})
    expect_golden(file, name, "embedded_student", [&, form = form](const torch::Tensor& f) {
      return ickd_loss(input(file, "teacher_feature", f), f, {form});
    });
}

TEST(Ickd, ShortFormEqualsTheCorrelationMatrices) {
  torch::manual_seed(7);
  for (const double apart : {1.0, 1e-2, 1e-4}) {
    auto t = torch::randn({3, 40, 3, 2}, torch::kDouble).abs();
    auto s = t + apart * torch::randn({3, 40, 3, 2}, torch::kDouble);
    t.select(1, 5).zero_();
    s.select(1, 7).zero_();
    const auto direct = correlation_distance_direct(t, s), fast = correlation_distance(t, s);
    EXPECT_LT(((fast - direct).abs() / direct).max().item<double>(), 1e-5) << apart;
  }
  const auto t = torch::randn({2, 9, 2, 2}, torch::kDouble);
  expect_gradient(torch::randn({2, 9, 2, 3}, torch::kDouble),
                  [&](const torch::Tensor& s) { return ickd_loss(t, s, {}); });
}

TEST(Ickd, ADeadChannelCarriesNoGradient) {
  const auto t = torch::randn({2, 4, 2, 2});
  auto s = torch::randn({2, 4, 2, 2});
  s.select(1, 2).zero_();
  s.set_requires_grad(true);
  ickd_loss(t, s, {}).backward();
  EXPECT_TRUE(torch::isfinite(s.grad()).all().item<bool>());
  EXPECT_LT(s.grad().abs().max().item<double>(), 1e3);
}

TEST(AttentionAndSimilarity, EqualTheGoldenValues) {
  const Json file = golden("at_sp");
  expect_golden(file, "at_p2", "student_feature", [&](const torch::Tensor& f) {
    return at_loss(input(file, "teacher_feature", f), f);
  });
  expect_golden(file, "at_p2_pool_4x4_to_2x2", "student_feature_4x4", [&](const torch::Tensor& f) {
    return at_loss(input(file, "teacher_feature", f), f);
  });
  expect_golden(file, "sp", "student_feature", [&](const torch::Tensor& f) {
    return sp_loss(input(file, "teacher_feature", f), f);
  });
}

TEST(AttentionAndSimilarity, AreZeroAtTheTeacherAndFiniteForDeadMaps) {
  const auto t = torch::randn({3, 4, 2, 2});
  EXPECT_NEAR(at_loss(t, t * 2).item<double>(), 0, 1e-10);  // length does not count
  EXPECT_NEAR(sp_loss(t, t * 2).item<double>(), 0, 1e-10);
  auto dead = torch::zeros({3, 6, 2, 2}).set_requires_grad(true);
  (at_loss(t, dead) + sp_loss(t, dead)).backward();
  EXPECT_TRUE(torch::isfinite(dead.grad()).all().item<bool>());
}

TEST(Hckd, TotalsEqualTheGoldenValues) {
  const Json file = golden("hckd");
  const auto y = testing::labels(file["inputs"]["labels"]);
  const auto total = [&](const torch::Tensor& z, const torch::Tensor& e, const torch::Tensor& f,
                         bool er) {
    const auto w = torch::tensor(file["inputs"]["weights"].get<std::vector<double>>(), z.options());
    const auto t = input(file, "teacher_logits", z);
    const auto response = er ? erkd_loss(t, z, {}) : kd_loss(t, z, {});
    return 0.5 * cross_entropy(z, y, w.detach(), {}) + 0.5 * response +
           rkd_loss(input(file, "teacher_embedding", z), e, {}) +
           2.5 * ickd_loss(input(file, "teacher_feature", z), f, {});
  };
  const auto of = [&](const char* name, const torch::Tensor& like) {
    return input(file, name, like);
  };
  expect_golden(file, "hckd", "student_logits", [&](const torch::Tensor& z) {
    return total(z, of("student_embedding", z), of("embedded_student", z), false);
  });
  expect_golden(file, "hckd", "student_embedding", [&](const torch::Tensor& e) {
    return total(of("student_logits", e), e, of("embedded_student", e), false);
  });
  expect_golden(file, "hckd", "embedded_student", [&](const torch::Tensor& f) {
    return total(of("student_logits", f), of("student_embedding", f), f, false);
  });
  expect_golden(file, "hckd_er_response", "student_logits", [&](const torch::Tensor& z) {
    return total(z, of("student_embedding", z), of("embedded_student", z), true);
  });
}

TEST(DKd, TotalEqualsTheGoldenValue) {
  const Json file = golden("dkd_ssdkd_total");
  const Json& in = file["inputs"]["d_kd"];
  const auto at = [&](const char* name) { return tensor(in[name]); };
  const auto w = torch::tensor(in["weights"].get<std::vector<double>>(), torch::kDouble);
  const auto z = at("student_logits");
  const auto total = 0.5 * cross_entropy(z, testing::labels(in["labels"]), w, {}) +
                     0.5 * kd_loss(at("teacher_logits"), z, {5, "batch_mean", true}) +
                     rkd_loss(at("teacher_embedding"), at("student_embedding"), {}) +
                     1000 * crkd_loss(at("teacher_feature"), at("adapted_student"), {});
  const double want = file["cases"]["d_kd"]["loss"].get<double>();
  EXPECT_NEAR(total.item<double>(), want, 1e-8 * want);
}

TEST(Crd, EqualsTheGoldenValueAndMemory) {
  const Json file = golden("crd");
  const auto index = tensor(file["inputs"]["contrast_idx"]).to(torch::kLong);
  const double t = file["params"]["T"].get<double>();
  const auto z = [&](const char* name, const torch::Tensor& like) {
    return torch::tensor(file["params"][name].get<double>(), like.options().requires_grad(false));
  };
  const auto loss = [&](const torch::Tensor& s, const torch::Tensor& te) {
    return crd_side(unit_rows(s), input(file, "memory_teacher", s), index, t,
                    z("Z_student_side", s)) +
           crd_side(unit_rows(te), input(file, "memory_student", s), index, t,
                    z("Z_teacher_side", s));
  };
  expect_golden(file, "crd", "student_embed",
                [&](const torch::Tensor& s) { return loss(s, input(file, "teacher_embed", s)); });
  expect_golden(file, "crd", "teacher_embed", [&](const torch::Tensor& te) {
    return loss(input(file, "student_embed", te), te);
  });
  const auto v = unit_rows(tensor(file["inputs"]["student_embed"]));
  auto memory = tensor(file["inputs"]["memory_student"]);
  EXPECT_NEAR(crd_constant(v, tensor(file["inputs"]["memory_teacher"]), index, t).item<double>(),
              file["params"]["Z_student_side"].get<double>(), 1e-9);
  const auto rows = torch::tensor({0, 4});
  crd_update(memory, v, rows, 0.5);
  const auto& want = file["cases"]["crd"]["values"]["memory_student_rows_0_4_after_update"];
  testing::expect_close(memory.index_select(0, rows), tensor(want), 1e-9, "memory");
}

}  // namespace
}  // namespace derm
