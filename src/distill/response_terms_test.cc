// The response losses: golden values and gradients, finite differences, properties.
#include <gtest/gtest.h>

#include <map>

#include "distill/ce.h"
#include "distill/dist.h"
#include "distill/dkd.h"
#include "distill/dml.h"
#include "distill/eml.h"
#include "distill/erkd.h"
#include "distill/kd.h"
#include "distill/logits_term.h"
#include "distill/lskd.h"
#include "distill/math.h"
#include "distill/multi_kd.h"
#include "distill/nkd.h"
#include "distill/normkd.h"
#include "distill/tfkd.h"
#include "distill/wsld.h"
#include "support/torch_golden.h"

namespace derm {
namespace {

using testing::expect_golden;
using testing::expect_gradient;
using testing::golden;
using testing::tensor;

// A loss of (teacher, student) against a golden file with those two inputs.
using PairLoss = std::function<torch::Tensor(const torch::Tensor&, const torch::Tensor&)>;

void expect_pair(const Json& file, const std::string& name, const PairLoss& loss) {
  expect_golden(file, name, "student_logits", [&](const torch::Tensor& z) {
    return loss(tensor(file["inputs"]["teacher_logits"], z.scalar_type()), z);
  });
}

TEST(NormKd, EqualsTheGoldenValues) {
  const Json file = golden("normkd");
  const auto with = [](double temperature, bool reverse) {
    return [=](const torch::Tensor& t, const torch::Tensor& s) {
      return normkd_loss(t, s, {temperature, reverse});
    };
  };
  expect_pair(file, "normkd_T2", with(2, false));
  expect_pair(file, "normkd_T1", with(1, false));
  expect_pair(file, "normkd_T2_reverse_kl", with(2, true));
}

TEST(NormKd, IgnoresTheScaleOfTheStudentsLogits) {
  torch::manual_seed(1);
  const auto t = torch::randn({4, 8}, torch::kDouble), s = torch::randn({4, 8}, torch::kDouble);
  const double once = normkd_loss(t, s, {}).item<double>();
  EXPECT_NEAR(normkd_loss(t, s * 9 + 4, {}).item<double>(), once, 1e-9);
}

TEST(LsKd, EqualsTheGoldenValueAndIgnoresScaleAndShift) {
  const Json file = golden("normkd");
  expect_pair(file, "logit_standardization_T2",
              [](const torch::Tensor& t, const torch::Tensor& s) { return lskd_loss(t, s, {2}); });
  torch::manual_seed(2);
  const auto t = torch::randn({4, 8}, torch::kDouble);
  EXPECT_NEAR(lskd_loss(t, t * 5 - 3, {}).item<double>(), 0, 1e-10);
}

TEST(Wsld, EqualsTheGoldenValues) {
  const Json file = golden("wsld");
  const auto y = testing::labels(file["inputs"]["labels"]);
  expect_pair(file, "soft_term", [&](const torch::Tensor& t, const torch::Tensor& s) {
    return wsld_loss(t, s, y, {2});
  });
  expect_pair(file, "total_hard_plus_2.5_soft",
              [&](const torch::Tensor& t, const torch::Tensor& s) {
                return cross_entropy(s, y, {}, {}) + 2.5 * wsld_loss(t, s, y, {2});
              });
}

TEST(ErKd, EqualsTheGoldenValueAndEntropies) {
  const Json file = golden("erkd");
  expect_pair(file, "er_kd", [](const torch::Tensor& t, const torch::Tensor& s) {
    return erkd_loss(t, s, {4, 4, false});
  });
  const auto entropy = entropy_rows(tensor(file["inputs"]["teacher_logits"]), 4);
  const auto want = file["values"]["teacher_entropy"].get<std::vector<double>>();
  testing::expect_close(entropy, torch::tensor(want, torch::kDouble), 1e-9, "entropy");
}

TEST(ErKd, NormalisedWeightsLeaveAnEqualBatchAsPlainKd) {
  const auto t = torch::tensor({{2.0, -1.0, 0.5}}, torch::kDouble).repeat({5, 1});
  const auto s = torch::randn({5, 3}, torch::kDouble);
  EXPECT_NEAR(erkd_loss(t, s, {4, 4, true}).item<double>(),
              kd_loss(t, s, {4, "batch_mean", true}).item<double>(), 1e-10);
}

TEST(Dkd, EqualsTheGoldenValues) {
  const Json file = golden("dkd");
  const auto y = testing::labels(file["inputs"]["labels"]);
  expect_pair(file, "dkd_a1_b8_T4", [&](const torch::Tensor& t, const torch::Tensor& s) {
    return dkd_loss(t, s, y, {4, 1, 8, false});
  });
  expect_pair(file, "nkd_T1_gamma1.5", [&](const torch::Tensor& t, const torch::Tensor& s) {
    return nkd_loss(t, s, y, {1, 1.5});
  });
}

// Zhao et al. 2022, eq. 7: KD = TCKD + (1 - p_t[y]) NCKD for one sample.
TEST(Dkd, WithTheTeachersOwnWeightIsPlainKd) {
  torch::manual_seed(3);
  const auto t = torch::randn({1, 6}, torch::kDouble), s = torch::randn({1, 6}, torch::kDouble);
  const auto y = torch::tensor({4});
  const double rest = 1 - torch::softmax(t / 4, 1)[0][4].item<double>();
  EXPECT_NEAR(dkd_loss(t, s, y, {4, 1, rest, false}).item<double>(),
              kd_loss(t, s, {4, "batch_mean", true}).item<double>(), 1e-10);
}

TEST(Dist, EqualsTheGoldenValues) {
  const Json file = golden("dist");
  for (const double tau : {1.0, 4.0})
    expect_pair(file, fmt::format("tau{}_beta1_gamma1_tau2", static_cast<int>(tau)),
                [&](const torch::Tensor& t, const torch::Tensor& s) {
                  return dist_loss(t, s, {tau, 1, 1, true});
                });
}

TEST(TfKd, EqualsTheGoldenValues) {
  const Json file = golden("ls_tfkd_multiteacher");
  const auto y = testing::labels(file["inputs"]["labels"]);
  for (const std::string form : {"paper", "code"})
    expect_golden(
        file, "tfkd_reg_" + form + "_a0.9_T20", "student_logits", [&](const torch::Tensor& z) {
          return 0.1 * cross_entropy(z, y, {}, {}) + 0.9 * tfkd_loss(z, y, {20, 0.99, form});
        });
}

TEST(CeTerm, SmoothingOverTheOthersEqualsTheGoldenValue) {
  const Json file = golden("ls_tfkd_multiteacher");
  const auto y = testing::labels(file["inputs"]["labels"]);
  expect_golden(file, "label_smoothing_0.1_tfkd_repo", "student_logits",
                [&](const torch::Tensor& z) {
                  CeOptions options;
                  options.label_smoothing = 0.1;
                  options.smoothing_form = "others";
                  return cross_entropy(z, y, {}, options);
                });
}

TEST(MultiKd, EqualsTheGoldenValuesInEveryMode) {
  const Json file = golden("ls_tfkd_multiteacher");
  const auto check = [&](const std::string& name, const MultiKdOptions& options) {
    expect_golden(file, name, "student_logits", [&](const torch::Tensor& z) {
      return multi_kd_loss({tensor(file["inputs"]["teacher1_logits"], z.scalar_type()),
                            tensor(file["inputs"]["teacher2_logits"], z.scalar_type())},
                           z, options);
    });
  };
  check("multi_teacher_avg_probs_T4", {"avg_probs", 4, {}});
  check("multi_teacher_avg_logits_T4", {"avg_logits", 4, {}});
  check("multi_teacher_weighted_2_1_avg_probs_T4", {"avg_probs", 4, {2, 1}});
  check("multi_teacher_sum_kl_T4", {"sum_kl", 4, {}});
}

TEST(KdTerm, ElementMeanEqualsTheGoldenValue) {
  expect_pair(golden("kd"), "T4_elementmean_T2_takd",
              [](const torch::Tensor& t, const torch::Tensor& s) {
                return kd_loss(t, s, {4, "element_mean", true});
              });
}

TEST(MutualLearning, EqualsTheGoldenValues) {
  const Json file = golden("dml_eml");
  const auto y = testing::labels(file["inputs"]["labels"]);
  const auto input = [&](const char* name, const torch::Tensor& like) {
    return tensor(file["inputs"][name], like.scalar_type());
  };
  expect_golden(file, "dml_peer1", "peer1_logits", [&](const torch::Tensor& z) {
    return cross_entropy(z, y, {}, {}) + dml_loss(z, {input("peer2_logits", z)}, 1);
  });
  expect_golden(file, "eml_peer1", "peer1_logits", [&](const torch::Tensor& z) {
    const auto ensemble = 0.5 * (z + input("peer2_logits", z));
    return cross_entropy(z, y, {}, {}) + eml_loss(ensemble, input("fusion_logits", z), z, 3);
  });
}

// The losses of (teacher, student, labels) with default options.
std::map<std::string, LogitsLoss> losses() {
  return {
      {"kd", [](auto& t, auto& s, auto&) { return kd_loss(t, s, {}); }},
      {"normkd", [](auto& t, auto& s, auto&) { return normkd_loss(t, s, {}); }},
      {"lskd", [](auto& t, auto& s, auto&) { return lskd_loss(t, s, {}); }},
      {"wsld", [](auto& t, auto& s, auto& y) { return wsld_loss(t, s, y, {}); }},
      {"erkd", [](auto& t, auto& s, auto&) { return erkd_loss(t, s, {}); }},
      {"dkd", [](auto& t, auto& s, auto& y) { return dkd_loss(t, s, y, {}); }},
      {"nkd", [](auto& t, auto& s, auto& y) { return nkd_loss(t, s, y, {}); }},
      {"dist", [](auto& t, auto& s, auto&) { return dist_loss(t, s, {}); }},
      {"multi_kd",
       [](auto& t, auto& s, auto&) {
         return multi_kd_loss({t, t}, s, {});
       }},
      {"tfkd", [](auto&, auto& s, auto& y) { return tfkd_loss(s, y, {}); }},
  };
}

class ResponseLoss : public ::testing::TestWithParam<std::string> {
 protected:
  torch::Tensor operator()(const torch::Tensor& t, const torch::Tensor& s,
                           const torch::Tensor& y) const {
    return losses().at(GetParam())(t, s, y);
  }
};

INSTANTIATE_TEST_SUITE_P(, ResponseLoss,
                         ::testing::Values("kd", "normkd", "lskd", "wsld", "erkd", "dkd", "nkd",
                                           "dist", "multi_kd", "tfkd"),
                         [](const auto& each) { return each.param; });

TEST_P(ResponseLoss, GradientAgreesWithFiniteDifferences) {
  if (GetParam() == "wsld")
    GTEST_SKIP() << "its weights are constants: covered by the golden gradient";
  torch::manual_seed(4);
  const auto t = torch::randn({4, 5}, torch::kDouble) * 2;
  const auto y = torch::tensor({0, 4, 2, 2});
  expect_gradient(torch::randn({4, 5}, torch::kDouble),
                  [&](const torch::Tensor& s) { return (*this)(t, s, y); });
}

TEST_P(ResponseLoss, IgnoresAShiftOfBothSides) {
  torch::manual_seed(5);
  const auto t = torch::randn({3, 8}, torch::kDouble), s = torch::randn({3, 8}, torch::kDouble);
  const auto y = torch::tensor({1, 7, 0});
  EXPECT_NEAR((*this)(t + 20, s - 11, y).item<double>(), (*this)(t, s, y).item<double>(), 1e-8);
}

TEST_P(ResponseLoss, IsStationaryAtTheTeacher) {
  if (GetParam() == "tfkd") GTEST_SKIP() << "has no teacher";
  if (GetParam() == "nkd") GTEST_SKIP() << "its label part is a cross-entropy with its own optimum";
  torch::manual_seed(6);
  const auto t = torch::randn({4, 6}, torch::kDouble);
  auto s = t.clone().set_requires_grad(true);
  (*this)(t, s, torch::tensor({1, 5, 0, 0})).backward();
  EXPECT_LT(s.grad().abs().max().item<double>(), 1e-4);  // dist: 1e-8 in a denominator
}

// Hard cases in float32: identical sides, huge and equal logits, one image, one class.
TEST_P(ResponseLoss, StaysFinite) {
  torch::manual_seed(7);
  const auto normal = torch::randn({3, 8}), extreme = torch::tensor({{90.0F, -90.0F, 0.0F}});
  const auto flat = torch::zeros({2, 8});
  const std::vector<std::pair<torch::Tensor, torch::Tensor>> cases = {
      {normal, normal},
      {normal.slice(0, 0, 1), normal.slice(0, 1, 2)},
      {extreme, -extreme},
      {extreme, extreme},
      {flat, flat},
      {flat, normal.slice(0, 0, 2)},
      {normal.slice(0, 0, 2), flat}};
  for (const auto& [teacher, student] : cases) {
    auto s = student.clone().set_requires_grad(true);
    const auto loss = (*this)(teacher, s, torch::zeros({s.size(0)}, torch::kLong));
    loss.backward();
    EXPECT_TRUE(torch::isfinite(loss).item<bool>()) << teacher << student;
    EXPECT_TRUE(torch::isfinite(s.grad()).all().item<bool>()) << teacher << student << s.grad();
  }
}

}  // namespace
}  // namespace derm
