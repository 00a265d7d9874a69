// Images that the network knows nothing of, through the real program.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "base/json.h"
#include "base/strings.h"
#include "e2e/dataset.h"
#include "image/encode.h"

namespace derm::e2e {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

// A frame of one colour; `i` of 10 picks it.
void write_frame(const fs::path& path, size_t i, bool bright) {
  constexpr uint8_t kColours[][3] = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}, {0, 1, 1}, {1, 0, 1},
                                     {1, 1, 0}, {0, 2, 1}, {1, 2, 0}, {2, 0, 1}, {0, 1, 2}};
  Image frame(48, 40);
  for (size_t at = 0; at < frame.data.size(); ++at)
    frame.data[at] = static_cast<uint8_t>(kColours[i][at % 3] * (bright ? 120 : 50));
  write_file_atomic(path, encode_png(frame));
}

// Twenty frames in two classes that the network does not have.
fs::path make_frames() {
  const auto folder = scratch() / "frames", path = scratch() / "frames.csv";
  for (const std::string name : {"bright", "dark"}) {
    fs::create_directories(folder / name);
    for (size_t i = 0; i < 10; ++i)
      write_frame(folder / name / fmt::format("{}_{}.png", name, i), i, name == "bright");
  }
  const auto cut = run({"data", "split", folder, "--out", path, "--seed", "0"});
  EXPECT_EQ(cut.exit_code, 0) << cut.err;
  return path;
}

const fs::path& frames() {
  static const fs::path kFrames = make_frames();
  return kFrames;
}

class ValUnknown : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    const auto outcome = run(short_training("unknown"));
    ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  }
  static Outcome measured(const Arguments& more, const std::string& model = run_folder("unknown")) {
    Arguments arguments{"val", model, "--bootstrap", "50"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run(arguments);
  }
};

TEST_F(ValUnknown, TellsFramesOfOneColourFromLesions) {
  const auto outcome = measured({"--unknown", frames()});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("out of distribution"), HasSubstr("fpr_at_95_tpr"),
                                 HasSubstr("against 20 unknown ones")));
  const Json report = read_json(run_folder("unknown") / "metrics_test.json");
  EXPECT_EQ(report["unknown_set"]["images"], 20);
  EXPECT_EQ(report["unknown_set"]["split"], "all");
  std::vector<std::string> scores;
  double best = 0;
  for (const auto& found : report["out_of_distribution"]) {
    scores.push_back(found["score"]);
    best = std::max(best, found["auroc"]["value"].get<double>());
    EXPECT_EQ(found["known"], report["images"]);
    EXPECT_EQ(found["unknown"], 20);
    for (const char* measure : {"auroc", "fpr_at_95_tpr"}) {
      const double low = found[measure]["low"], high = found[measure]["high"];
      EXPECT_TRUE(0 <= low && low <= high && high <= 1) << found.dump();
    }
  }
  EXPECT_THAT(scores, ElementsAre("energy", "max_softmax", "mahalanobis"));
  EXPECT_GT(best, 0.8);  // 0.89 by mahalanobis, after two epochs on 32 px
}

TEST_F(ValUnknown, MeasuresOneSplitOfThemAndLeavesTheOtherNumbersAlone) {
  ASSERT_EQ(measured({}).exit_code, 0);
  const Json without = read_json(run_folder("unknown") / "metrics_test.json");
  EXPECT_FALSE(without.contains("out_of_distribution"));
  const auto outcome =
      measured({"--unknown", frames(), "--unknown-split", "train", "--group", "image"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  const Json report = read_json(run_folder("unknown") / "metrics_test.json");
  EXPECT_EQ(report["metrics"], without["metrics"]);
  EXPECT_LT(report["unknown_set"]["images"], 20);
  EXPECT_EQ(report["out_of_distribution"][0]["unknown"], report["unknown_set"]["images"]);
}

// What a bare weight file was trained on is known where the manifest is that of its metadata.
TEST_F(ValUnknown, NeedsTheTrainingImagesForMahalanobisAlone) {
  const auto weights = run_folder("unknown") / "weights/best.safetensors";
  const auto other = scratch() / "split_again.csv", out = scratch() / "of_weights";
  ASSERT_EQ(run({"data", "split", scratch() / "data", "--out", other, "--seed", "9"}).exit_code, 0);
  const auto same = measured({"--unknown", frames(), "--data", manifest(), "--out", out}, weights);
  ASSERT_EQ(same.exit_code, 0) << same.err;
  EXPECT_THAT(same.out, HasSubstr("mahalanobis"));
  const auto unsure = measured({"--unknown", frames(), "--data", other, "--out", out}, weights);
  ASSERT_EQ(unsure.exit_code, 0) << unsure.err;
  EXPECT_THAT(unsure.err, HasSubstr("mahalanobis is left out"));
  EXPECT_THAT(unsure.out, AllOf(HasSubstr("max_softmax"), Not(HasSubstr("mahalanobis"))));
}

TEST_F(ValUnknown, RefusesImagesThatAreKnown) {
  const auto own = measured({"--unknown", manifest()});
  EXPECT_EQ(own.exit_code, 1);
  EXPECT_THAT(own.err, AllOf(HasSubstr("120 shared (120 by their bytes, 0 by image id alone)"),
                             HasSubstr(manifest().string())));
  const auto folder = scratch() / "namesakes", path = scratch() / "namesakes.csv";
  ASSERT_EQ(
      run({"data", "generate", "--out", folder, "--images", "40", "--seed", "4", "--imgsz", "48"})
          .exit_code,
      0);
  ASSERT_EQ(run({"data", "split", folder, "--out", path, "--seed", "0"}).exit_code, 0);
  const auto namesakes = measured({"--unknown", path});
  EXPECT_EQ(namesakes.exit_code, 1);
  EXPECT_THAT(namesakes.err, HasSubstr("40 by image id alone"));
}

TEST_F(ValUnknown, RefusesWrongOptions) {
  EXPECT_EQ(measured({"--unknown", frames(), "--split", "train"}).exit_code, 2);
  EXPECT_EQ(measured({"--unknown", frames(), "--unknown-split", "some"}).exit_code, 2);
  EXPECT_EQ(measured({"--unknown-split", "test"}).exit_code, 2);
  EXPECT_EQ(measured({"--unknown", scratch() / "nosuch.csv"}).exit_code, 1);
}

}  // namespace
}  // namespace derm::e2e
