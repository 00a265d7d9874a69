// Self-supervision: golden values, row selection, and the total of SSD-KD.
#include "distill/sskd.h"

#include <gtest/gtest.h>

#include "distill/ce.h"
#include "distill/crkd.h"
#include "distill/kd.h"
#include "distill/rkd.h"
#include "support/torch_golden.h"

namespace derm {
namespace {

using testing::expect_close;
using testing::expect_golden;
using testing::golden;
using testing::tensor;

// Rows 4i are upright, the other three of each image are turned.
Step four_views(const torch::Tensor& labels) {
  Step step;
  step.views = 4;
  step.labels = labels;
  return step;
}

struct Parts {
  torch::Tensor ce, kd, tf, ss;
  torch::Tensor total() const { return 0.1 * ce + 0.9 * kd + 2.7 * tf + 10 * ss; }
};

torch::Tensor similarity(const Step& step, const torch::Tensor& head) {
  return view_similarity(step.others(head), step.view(head, 0));
}

Parts sskd(const Json& file, const torch::Tensor& logits, const torch::Tensor& head,
           double keep_wrong) {
  const Step step = four_views(testing::labels(file["inputs"]["labels"]));
  const auto teacher = tensor(file["inputs"]["teacher_logits"], logits.scalar_type());
  const auto teacher_head = tensor(file["inputs"]["teacher_head_feature"], logits.scalar_type());
  const auto w = torch::tensor(file["params"]["weights"].get<std::vector<double>>(),
                               torch::dtype(logits.scalar_type()));
  const auto own = torch::arange(step.labels.size(0)).repeat_interleave(3);
  return {cross_entropy(step.view(logits, 0), step.labels, w, {}),
          kd_loss(step.view(teacher, 0), step.view(logits, 0), {4, "batch_mean", true}),
          kept_kl(step.others(teacher), step.others(logits), step.labels.repeat_interleave(3), 4,
                  keep_wrong),
          kept_kl(similarity(step, teacher_head), similarity(step, head), own, 0.5, 0.75)};
}

TEST(Sskd, EqualsTheGoldenValues) {
  const Json file = golden("sskd");
  for (const auto& [name, keep] :
       {std::pair<std::string, double>{"default", 1.0}, {"ratio_tf0.6", 0.6}}) {
    const auto input = [&](const char* which, const torch::Tensor& like) {
      return tensor(file["inputs"][which], like.scalar_type());
    };
    expect_golden(file, name, "student_logits", [&, keep = keep](const torch::Tensor& z) {
      return sskd(file, z, input("student_head_feature", z), keep).total();
    });
    expect_golden(file, name, "student_head_feature", [&, keep = keep](const torch::Tensor& h) {
      return sskd(file, input("student_logits", h), h, keep).total();
    });
  }
  expect_golden(file, "teacher_head_pretraining", "teacher_head_feature",
                [&](const torch::Tensor& h) {
                  const Step step = four_views(testing::labels(file["inputs"]["labels"]));
                  return ss_pretrain_loss(similarity(step, h));
                });
}

TEST(Sskd, RanksAndKeptRowsEqualTheGoldenOnes) {
  const Json file = golden("sskd");
  const Step step = four_views(testing::labels(file["inputs"]["labels"]));
  const auto scores = step.others(tensor(file["inputs"]["teacher_logits"]));
  const auto ranks = rank_of(scores, step.labels.repeat_interleave(3));
  for (const auto& [name, keep] :
       {std::pair<std::string, double>{"default", 1.0}, {"ratio_tf0.6", 0.6}}) {
    const Json& want = file["cases"][name]["values"];
    EXPECT_TRUE(ranks.equal(testing::labels(want["rank_tf"])));
    EXPECT_TRUE(kept_rows(ranks, keep).equal(testing::labels(want["selected_tf"]))) << name;
  }
}

TEST(Sskd, TiesAreDecidedByTheLowerColumnAndTheLowerRow) {
  const auto equal = torch::zeros({3, 3});
  EXPECT_TRUE(rank_of(equal, torch::tensor({0, 1, 2})).equal(torch::tensor({0, 1, 2})));
  EXPECT_TRUE(kept_rows(torch::tensor({1, 0, 1, 1, 1}), 0.5).equal(torch::tensor({0, 1, 2})));
  EXPECT_EQ(kept_rows(torch::tensor({2, 1}), 0.4).size(0), 0);
}

TEST(Sskd, NothingKeptIsZeroWithAGradient) {
  auto student = torch::randn({2, 3}).set_requires_grad(true);
  const auto teacher = torch::tensor({{0.0F, 1.0F, 2.0F}, {0.0F, 1.0F, 2.0F}});
  const auto loss = kept_kl(teacher, student, torch::tensor({0, 0}), 4, 0);
  loss.backward();
  EXPECT_EQ(loss.item<float>(), 0);
  EXPECT_TRUE(student.grad().equal(torch::zeros({2, 3})));
}

TEST(Sskd, SsdKdTotalEqualsTheGoldenValue) {
  const Json file = golden("dkd_ssdkd_total"), base = golden("sskd");
  const Json& in = file["inputs"]["ssd_kd"];
  const auto at = [&](const char* name) { return tensor(in[name]); };
  const auto total = sskd(base, tensor(base["inputs"]["student_logits"]),
                          tensor(base["inputs"]["student_head_feature"]), 1)
                         .total() +
                     rkd_loss(at("teacher_embedding"), at("student_embedding"), {}) +
                     1000 * crkd_loss(at("teacher_feature"), at("adapted_student"), {});
  const double want = file["cases"]["ssd_kd"]["loss"].get<double>();
  EXPECT_NEAR(total.item<double>(), want, 1e-8 * want);
}

}  // namespace
}  // namespace derm
