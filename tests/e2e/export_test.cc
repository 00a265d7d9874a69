// From a run to a bundle to a prediction, through both programs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/csv.h"
#include "base/json.h"
#include "base/strings.h"
#include "data/manifest.h"
#include "e2e/dataset.h"
#include "eval/predictions.h"

namespace derm::e2e {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

// A run, its predictions on test, a calibrated bundle and one without calibration.
class Export : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    for (const auto& command :
         {short_training("exported"), Arguments{"val", run_folder("exported"), "--split", "test"},
          Arguments{"export", run_folder("exported"), "--out", bundle()},
          Arguments{"export", run_folder("exported"), "--no-data", "--out", plain_bundle()}}) {
      const auto outcome = run(command);
      ASSERT_EQ(outcome.exit_code, 0) << command.front() << "\n" << outcome.err;
    }
  }

  static std::string bundle() { return scratch() / "exported.bundle"; }
  static std::string plain_bundle() { return scratch() / "plain.zip"; }

  // Paths of the images of the test split, in its order.
  static std::vector<std::string> test_images() {
    const Manifest data = read_manifest(manifest());
    std::vector<std::string> paths;
    for (const int64_t i : data.indices(Split::kTest))
      paths.push_back(data.root / data.rows[static_cast<size_t>(i)].path);
    return paths;
  }
};

TEST_F(Export, PrintsParityCalibrationAndThresholds) {
  const auto outcome = run({"export", run_folder("exported"), "--out", bundle(), "--exist-ok"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("parity: largest difference of logits"),
                                 HasSubstr("calibration: temperature"), HasSubstr("threshold:")));
  EXPECT_EQ(run({"export", run_folder("exported"), "--out", bundle()}).exit_code, 1);
}

TEST_F(Export, PredictsFromTheBundleWhatTheCheckpointPredicts) {
  Arguments command{"predict", plain_bundle(), "--format", "csv"};
  const auto images = test_images();
  command.insert(command.end(), images.begin(), images.end());
  const auto outcome = run_dermscope(command);
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  const CsvTable table = parse_csv(outcome.out, "stdout");
  const auto expected = read_predictions(run_folder("exported") / "predictions_test.csv");
  ASSERT_EQ(table.rows.size(), images.size());
  for (size_t i = 0; i < images.size(); ++i) {
    EXPECT_EQ(table.rows[i][0], expected.image_ids[i]);
    for (size_t k = 0; k < expected.classes.size(); ++k)
      EXPECT_NEAR(to_double(table.rows[i][k + 1]).value_or(-1),
                  expected.scores.row(static_cast<int64_t>(i))[k], 1e-5);
  }
}

TEST_F(Export, VerifiesAndDescribesTheBundle) {
  EXPECT_THAT(run_dermscope({"verify", bundle()}).out, HasSubstr("golden answers agree"));
  EXPECT_THAT(run_dermscope({"info", bundle()}).out,
              AllOf(HasSubstr("temperature"), HasSubstr("MEL NV BCC")));
  EXPECT_THAT(run_dermscope({"info", bundle(), "--card"}).out, HasSubstr("# "));
  const auto json = run_dermscope({"info", bundle(), "--json"}).out;
  EXPECT_EQ(parse_json(json, "stdout").at("format"), "dermdistill-bundle");
}

TEST_F(Export, ClassifiesStdinAndDrawsTheMap) {
  const std::string image = test_images().front();
  const auto outcome = run_dermscope(
      {"predict", bundle(), "-", "--format", "json", "--cam", scratch() / "overlays"}, image);
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  const Json line = parse_json(outcome.out, "stdout");
  EXPECT_EQ(line.at("file"), "stdin");
  EXPECT_EQ(line.at("probabilities").size(), 3u);
  const std::string label = line.at("class");
  const std::string png = read_text(scratch() / "overlays" / ("stdin_" + label + ".png"));
  EXPECT_THAT(png, StartsWith("\x89PNG"));
}

TEST_F(Export, GoesOnBehindAnImageThatCannotBeReadAndFailsAtTheEnd) {
  const fs::path broken = scratch() / "broken.jpg";
  write_file_atomic(broken, std::string_view("not an image"));
  const auto outcome = run_dermscope({"predict", bundle(), broken, test_images().front()});
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("broken.jpg"));
  EXPECT_THAT(outcome.out, HasSubstr(fs::path(test_images().front()).filename().string()));
}

TEST_F(Export, MeasuresLatencyColdStartAndMemory) {
  const auto outcome = run_dermscope(
      {"benchmark", bundle(), "--seconds", "0.05", "--threads", "1", "--batch", "1,2", "--json"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  const Json json = parse_json(outcome.out, "stdout");
  EXPECT_EQ(json.at("network").size(), 2u);
  EXPECT_GT(json.at("cold_start_ms").get<double>(), 0);
}

TEST_F(Export, QuantisesAndSaysWhatItCosts) {
  const std::string int8 = scratch() / "int8.bundle";
  const Arguments command{"quantize",
                          bundle(),
                          "--data",
                          manifest(),
                          "--calibration-images",
                          "16",
                          "--sensitivity-images",
                          "4",
                          "--out",
                          int8,
                          "--exist-ok"};
  Arguments lenient = command;
  lenient.insert(lenient.end(), {"--max-drop", "100"});
  const auto outcome = run(lenient);
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("balanced accuracy"), HasSubstr("melanoma sensitivity"),
                                 HasSubstr("times smaller")));
  EXPECT_THAT(run_dermscope({"verify", int8}).out, HasSubstr("golden answers agree"));
  EXPECT_THAT(run_dermscope({"info", int8}).out, HasSubstr("int8"));
  EXPECT_LT(fs::file_size(fs::path(int8) / "model.onnx"),
            fs::file_size(fs::path(bundle()) / "model.onnx") / 2);
  const auto again = run({"quantize", int8, "--data", manifest(), "--out", scratch() / "x"});
  EXPECT_EQ(again.exit_code, 1);
  EXPECT_THAT(again.err, HasSubstr("only a float bundle"));
}

TEST_F(Export, WritesABareOnnxFileWithMoreTaps) {
  const fs::path file = scratch() / "network.onnx";
  const auto outcome = run({"export", run_folder("exported"), "--format", "onnx", "--no-data",
                            "--tap", "embedding", "--tap", "stage2", "--out", file});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("of embedding"), HasSubstr("of stage2")));
  EXPECT_THAT(read_text(file), HasSubstr("embedding"));
}

TEST_F(Export, NamesWhatIsWrong) {
  const auto tap = run({"export", run_folder("exported"), "--no-data", "--tap", "nose", "--out",
                        scratch() / "x.bundle"});
  EXPECT_EQ(tap.exit_code, 1);
  EXPECT_THAT(tap.err, HasSubstr("nose"));
  EXPECT_THAT(run_dermscope({"verify", scratch() / "nothing"}).err, HasSubstr("no such bundle"));
  EXPECT_THAT(run_dermscope({"predict", bundle(), "/nowhere.jpg"}).err, HasSubstr("/nowhere.jpg"));
}

TEST_F(Export, WritesAPageForTheBrowserFromARunAndFromABundle) {
  const fs::path from_run = scratch() / "run_site", from_bundle = scratch() / "bundle_site";
  ASSERT_EQ(run({"export", run_folder("exported"), "--format", "web", "--out", from_run}).exit_code,
            0);
  const auto outcome = run({"export", bundle(), "--format", "web", "--out", from_bundle});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("static host"));
  for (const fs::path& site : {from_run, from_bundle}) {
    EXPECT_TRUE(fs::exists(site / "index.html"));
    EXPECT_EQ(run_dermscope({"verify", site / "bundle"}).exit_code, 0);
  }
  EXPECT_EQ(run({"export", bundle(), "--format", "web", "--out", from_bundle}).exit_code, 1);
  EXPECT_EQ(run({"export", bundle()}).exit_code, 1);
}

}  // namespace
}  // namespace derm::e2e
