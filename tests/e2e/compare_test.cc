// `compare` on run folders that are written here: predictions, manifest, configuration.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "base/csv.h"
#include "base/error.h"
#include "base/json.h"
#include "base/rng.h"
#include "base/strings.h"
#include "data/manifest.h"
#include "e2e/program.h"
#include "eval/predictions.h"

namespace derm::e2e {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr int64_t kImages = 400;

Manifest small_manifest() {
  Manifest manifest;
  manifest.classes = {"MEL", "NV", "BCC"};
  manifest.root = "/images";
  manifest.protocol = "lesion";
  for (int64_t i = 0; i < kImages; ++i) {
    ManifestRow row;
    row.image_id = fmt::format("img{:03}", i);
    row.path = row.image_id + ".jpg";
    row.lesion_id = fmt::format("L{}", i / 2);
    row.label = (i / 2) % 3;
    row.sha256 = sha256(row.image_id);
    row.split = Split::kTest;
    manifest.rows.push_back(row);
  }
  return manifest;
}

// Right with about the given chance.
Predictions predictions_with(const Manifest& manifest, double skill, uint64_t seed) {
  Rng rng({seed, Purpose::kTest, 0, 0, 0});
  Predictions p;
  p.classes = manifest.classes;
  p.split = "test";
  p.scores.classes = 3;
  for (const auto& row : manifest.rows) {
    p.image_ids.push_back(row.image_id);
    p.lesion_ids.push_back(row.lesion_id);
    p.scores.labels.push_back(row.label);
    const auto choice =
        rng.chance(skill) ? row.label : static_cast<int64_t>((row.label + 1 + rng.below(2)) % 3);
    const double top = 0.5 + 0.4 * rng.uniform();
    for (int64_t c = 0; c < 3; ++c)
      p.scores.probabilities.push_back(c == choice ? top : (1 - top) / 2);
  }
  return p;
}

struct RunOf {
  std::string name, method;
  int64_t seed = 0;
  double skill = 0.7;
};

fs::path write_run(const RunOf& run, const Manifest& manifest = small_manifest()) {
  const fs::path folder = scratch() / "compared" / run.name;
  fs::remove_all(folder);
  fs::create_directories(folder);
  write_manifest(folder / "manifest.csv", manifest);
  write_file_atomic(folder / "config.yaml", fmt::format("recipe: {}\nseed: {}\nworkers: {}\n",
                                                        run.method, run.seed, run.seed + 1));
  write_json(folder / "run.json", {{"recipe", run.method},
                                   {"seed", run.seed},
                                   {"best_metric", "balanced_accuracy"},
                                   {"manifest_hash", manifest.hash()},
                                   {"protocol", manifest.protocol}});
  write_predictions(
      folder / "predictions_test.csv",
      predictions_with(manifest, run.skill, sha256(run.name)[0] * 1000U + uint64_t(run.seed)));
  return folder;
}

Json compared(const Arguments& more) {
  Arguments arguments = {"compare", "--format", "json"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  const auto outcome = run(arguments);
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  return parse_json(outcome.out, "compare");
}

TEST(Compare, SaysWhichRunIsBetterAndWhichCannotBeTold) {
  const auto alone = write_run({"alone", "baseline", 0, 0.7}),
             same = write_run({"same", "kd", 0, 0.7}), good = write_run({"good", "dkd", 0, 0.9});
  const Json result = compared({alone, same, good});
  EXPECT_EQ(result["images"], kImages);
  EXPECT_EQ(result["lesions"], kImages / 2);
  ASSERT_EQ(result["tests"].size(), 6U);
  for (const auto& test : result["tests"]) {
    EXPECT_EQ(test["against"], "alone");
    EXPECT_EQ(test["verdict"], test["run"] == "good" ? "better" : "not distinguishable") << test;
    EXPECT_GE(test["p_holm"].get<double>(), test["p"].get<double>());
  }
  EXPECT_EQ(result["tests"][4]["measure"], "auc.MEL");
  const auto worse = compared({alone, good, "--baseline", "good"});
  EXPECT_EQ(worse["tests"][0]["verdict"], "worse");
  EXPECT_EQ(compared({alone, same, good, "--all-pairs"})["tests"].size(), 9U);
}

TEST(Compare, PutsRunsTogetherThatDifferInTheSeedAlone) {
  const auto a0 = write_run({"a_0", "baseline", 0}), a1 = write_run({"a_1", "baseline", 1}),
             b0 = write_run({"b_0", "kd", 0}), b1 = write_run({"b_1", "kd", 1});
  const Json result = compared({a1, a0, b0, b1});
  ASSERT_EQ(result["groups"].size(), 2U);
  EXPECT_EQ(result["groups"][0]["name"], "a");
  EXPECT_EQ(result["groups"][0]["runs"][0]["name"], "a_0");  // by seed
  EXPECT_THAT(result["warnings"].dump(), HasSubstr("fewer than 5 seeds"));
  EXPECT_EQ(compared({a0, a1, b0, b1, "--seeds", "none"})["groups"].size(), 4U);
  const Json named = compared({"--group", "alone=" + a0.string() + "," + a1.string(), "--group",
                               "both=" + b0.string() + "," + b1.string()});
  EXPECT_EQ(named["groups"][1]["name"], "both");
  EXPECT_EQ(named["tests"][0]["p"], result["tests"][0]["p"]);
}

TEST(Compare, PrintsTableMarkdownAndCsv) {
  const auto a = write_run({"a", "baseline"}), b = write_run({"b", "kd"});
  const auto table = run({"compare", a, b, "--metric", "macro_f1,recall.MEL", "--per-class"});
  EXPECT_THAT(table.out, AllOf(HasSubstr("macro_f1 (bootstrap)"), HasSubstr("recall.MEL"),
                               HasSubstr("auc.BCC (DeLong)"), HasSubstr("lesions")));
  const auto markdown = run({"compare", a, b, "--format", "markdown"});
  EXPECT_THAT(markdown.out, HasSubstr("| accuracy (McNemar) | b | a |"));
  const auto csv = run({"compare", a, b, "--format", "csv"});
  const auto parsed = parse_csv(csv.out, "stdout");
  EXPECT_EQ(parsed.rows.size(), 3U);
  EXPECT_EQ(parsed.header.back(), "verdict");
}

// The same rows in another order are the same images.
TEST(Compare, DoesNotDependOnTheOrderOfRows) {
  const auto a = write_run({"a", "baseline"}), b = write_run({"b", "kd"});
  const auto before = compared({a, b})["tests"].dump();
  auto lines = derm::split(read_text(b / "predictions_test.csv"), '\n');
  lines.pop_back();
  std::reverse(lines.begin() + 1, lines.end());
  write_file_atomic(b / "predictions_test.csv", join(lines, "\n") + "\n");
  EXPECT_EQ(compared({a, b})["tests"].dump(), before);
}

TEST(Compare, RefusesRunsOfAnotherManifestAndNamesTheFirstDifference) {
  const auto a = write_run({"a", "baseline"});
  auto manifest = small_manifest();
  manifest.rows[7].split = Split::kTrain;
  const auto b = write_run({"b", "kd"}, manifest);
  const auto outcome = run({"compare", a, b});
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(outcome.out, ::testing::IsEmpty());
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("not evaluated on the same manifest"),
                                 HasSubstr((b / "manifest.csv").string()), HasSubstr("img007")));
}

TEST(Compare, RefusesPredictionsOfOtherImages) {
  const auto a = write_run({"a", "baseline"}), b = write_run({"b", "kd"});
  auto text = read_text(b / "predictions_test.csv");
  text.replace(text.find("img012"), 6, "other1");
  write_file_atomic(b / "predictions_test.csv", text);
  EXPECT_THAT(run({"compare", a, b}).err,
              AllOf(HasSubstr("img012"), HasSubstr((b / "predictions_test.csv").string())));
}

TEST(Compare, NamesTheCommandThatMakesMissingPredictions) {
  const auto a = write_run({"a", "baseline"}), b = write_run({"b", "kd"});
  fs::remove(b / "predictions_test.csv");
  const auto outcome = run({"compare", a, b});
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("dermdistill val " + b.string() + " --split test"));
}

TEST(Compare, WarnsOfLeaksAndOfOtherSelection) {
  auto leaky = small_manifest();
  leaky.protocol = "dsp-paper LEAKY";
  const auto a = write_run({"a", "baseline"}, leaky), b = write_run({"b", "kd"}, leaky);
  Json summary = read_json(b / "run.json");
  summary["best_metric"] = "loss";
  write_json(b / "run.json", summary);
  const auto outcome = run({"compare", a, b});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("LEAKY"), HasSubstr("different metrics"),
                                 HasSubstr("groups of one run")));
}

TEST(Compare, WrongWordsAreUsageErrors) {
  const auto a = write_run({"a", "baseline"}), b = write_run({"b", "kd"});
  EXPECT_EQ(run({"compare"}).exit_code, 2);
  EXPECT_EQ(run({"compare", a}).exit_code, 2);
  EXPECT_EQ(run({"compare", a, a}).exit_code, 2);
  EXPECT_EQ(run({"compare", a, b, "--group", "nothing"}).exit_code, 2);
  EXPECT_EQ(run({"compare", a, b, "--baseline", "c"}).exit_code, 2);
  EXPECT_THAT(run({"compare", a, b, "--metric", "acuracy"}).err,
              HasSubstr("did you mean 'accuracy'"));
}

}  // namespace
}  // namespace derm::e2e
