// A cell's configuration: recipe, study, row, in this order; scaling; and what differs.
#include "study/cell_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "study/small_study.h"

namespace derm {
namespace {

Tree recipe() {
  return parse_yaml(R"(
recipe: kd
batch_size: 64
stages:
  - name: head
    optim: {kind: sgd, lr: 0.1}
    terms: [{term: ss_pretrain}]
    select: {metric: terms}
  - name: distill
    terms: [{term: ce, weight: 0.1}, {term: kd}]
)",
                    "kd.yaml");
}

Json config_of(const std::string& row, const fs::path& weights = "") {
  Study study = testing::small_study();
  study.pretrained = true;
  for (const auto& cell : expand_cells(study, {{"lesion"}, {row}, {}}))
    if (cell.row == row) return cell_tree(recipe(), study, cell, {"/out", weights}).value;
  return {};
}

TEST(CellConfig, LaysStudyAndRowOverTheRecipe) {
  const Json config = config_of("kd");
  EXPECT_EQ(config["batch_size"], 16);
  EXPECT_EQ(config["stages"][0]["optim"]["kind"], "sgd");
  EXPECT_EQ(config["stages"][0]["optim"]["lr"], 0.5);
  EXPECT_EQ(config["stages"][1]["terms"][0],
            Json({{"term", "ce"}, {"weight", 0.1}, {"logit_adjustment", 0.5}}));
  EXPECT_EQ(config["stages"][1]["terms"][1], Json({{"term", "kd"}}));
}

TEST(CellConfig, StageThatIsSelectedByItsTermsStaysSo) {
  const Json config = config_of("kd");
  EXPECT_EQ(config["stages"][0]["select"]["metric"], "terms");
  EXPECT_EQ(config["stages"][1]["select"]["metric"], "accuracy");
}

TEST(CellConfig, NamesDataTeachersNetworkAndSeed) {
  const Json config = config_of("kd");
  EXPECT_EQ(config["data"], "/out/splits/lesion.csv");
  EXPECT_EQ(config["teachers"], Json({"/out/lesion_teacher_0"}));
  EXPECT_EQ(config["student"], "mobilenet_v2_0.35");
  EXPECT_EQ(config["seed"], 0);
  EXPECT_FALSE(config.contains("weights"));
  EXPECT_EQ(config_of("teacher")["stages"][1]["epochs"], 7);
}

TEST(CellConfig, MissingWeightsAreAnErrorThatSaysWhatWasLookedFor) {
  try {
    config_of("kd", "/nowhere");
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), ::testing::HasSubstr("mobilenet_v2_0.35_imagenet.safetensors"));
  }
}

Json whole_config() {
  return {{"threads", 1},
          {"preprocess", {{"side_px", 224}}},
          {"stages",
           {{{"epochs", 150},
             {"schedule", {{"warmup_epochs", 20}, {"patience", 10}, {"milestones", {30, 45}}}},
             {"select", {{"patience", 0}}}}}}};
}

TEST(ScaledConfig, CutsWhatCountsInEpochs) {
  Json config = whole_config();
  scale_config(config, {"", 0.1, 128});
  const auto& stage = config["stages"][0];
  EXPECT_EQ(stage["epochs"], 15);
  EXPECT_EQ(stage["schedule"]["milestones"], Json({3, 5}));
  EXPECT_EQ(stage["schedule"]["warmup_epochs"], 2.0);
  EXPECT_EQ(stage["schedule"]["patience"], 1);
  EXPECT_EQ(stage["select"]["patience"], 0) << "never stays never";
  EXPECT_EQ(config["preprocess"]["side_px"], 128);
}

TEST(ScaledConfig, SetEpochsScalesTheRestAlong) {
  Json config = whole_config();
  set_epochs(config, 3);
  EXPECT_EQ(epochs_of(config), 3);
  EXPECT_NEAR(config["stages"][0]["schedule"]["warmup_epochs"].get<double>(), 0.4, 1e-12);
}

TEST(ScaledConfig, FullChangesNothing) {
  Json config = whole_config();
  scale_config(config, scale_named("full"));
  EXPECT_EQ(first_difference(whole_config(), config), "");
}

TEST(FirstDifference, NamesTheKey) {
  Json other = whole_config();
  other["stages"][0]["schedule"]["patience"] = 11;
  EXPECT_EQ(first_difference(whole_config(), other), "stages.0.schedule.patience");
  other = whole_config();
  other["extra"] = 1;
  EXPECT_EQ(first_difference(whole_config(), other), "extra");
  EXPECT_EQ(first_difference(other, whole_config()), "extra");
}

TEST(FirstDifference, ThreadsChangeNoRun) {
  Json other = whole_config();
  other["threads"] = 8;
  EXPECT_EQ(first_difference(whole_config(), other), "");
}

}  // namespace
}  // namespace derm
