// Every built-in recipe: it reads, it trains, it stops and goes on bit for bit.
#include "train/recipes.h"

#include <gtest/gtest.h>

#include "support/training.h"
#include "train/model_file.h"

namespace derm {
namespace {

TEST(Recipes, EveryBuiltInRecipeReadsAndNamesItself) {
  ASSERT_GE(recipes().size(), 3U);
  for (const auto& recipe : recipes()) {
    const auto config = read_run_config(load_recipe(recipe.name));
    EXPECT_EQ(config.recipe, recipe.name);
    EXPECT_FALSE(config.about.empty()) << recipe.name;
    EXPECT_FALSE(config.cite.empty()) << recipe.name;
  }
  EXPECT_THROW(load_recipe("bassline"), UsageError);
}

std::vector<std::string> names() {
  std::vector<std::string> out;
  for (const auto& recipe : recipes()) out.push_back(recipe.name);
  return out;
}

class Recipe : public testing::TrainingTest, public ::testing::WithParamInterface<std::string> {
 protected:
  // One teacher for all recipes: a run directory that outlives the tests' own folders.
  fs::path teacher() {
    static const fs::path kept =
        fs::temp_directory_path() / fmt::format("derm_teacher_{}", ::getpid());
    if (fs::exists(kept)) return kept;
    const auto run = train("teacher", config("baseline", {"student=mobilenet_v2_0.2",
                                                          "stages.0.epochs=1", "batch_size=24"}));
    fs::copy(run.path, kept, fs::copy_options::recursive);
    std::atexit([] { fs::remove_all(kept); });
    return kept;
  }
};

INSTANTIATE_TEST_SUITE_P(, Recipe, ::testing::ValuesIn(names()),
                         [](const auto& each) { return each.param; });

// Two steps a stage and the validation after them, whole and in pieces.
TEST_P(Recipe, TrainsAndResumesBitForBit) {
  RunConfig c = config(
      GetParam(), {"teachers=[" + teacher().string() + "]", "batch_size=12", "target_per_class=8"});
  for (auto& stage : c.stages) stage.epochs = 1;
  if (GetParam() == "multi_teacher") c.teachers.push_back(c.teachers[0]);
  for (auto& peer : c.peers) peer = "mobilenet_v2_0.2";
  const auto whole = train("whole", c);
  const auto pieces = prepare("pieces", c);
  train_in_pieces(c, pieces, static_cast<int64_t>(c.stages.size()) + 1);
  expect_same_run(whole, pieces);
  for (const auto& row : results(whole))
    EXPECT_TRUE(std::isfinite(row["train_loss"].get<double>())) << row.dump();
}

}  // namespace
}  // namespace derm
