// Heat maps, the contact sheet and localisation numbers through the real program.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "base/json.h"
#include "data/manifest.h"
#include "e2e/dataset.h"
#include "image/decode.h"
#include "image/encode.h"

namespace derm::e2e {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// One short run for all tests here; it stands for the teacher and both students as well.
class ExplainCommand : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    const auto trained = run(short_training("explained", {}, 1));
    ASSERT_EQ(trained.exit_code, 0) << trained.err;
  }

  static std::string model() { return run_folder("explained"); }

  static Outcome explain(const Arguments& more, const std::string& network = model()) {
    Arguments all{"explain", network, "--threads", "1"};
    all.insert(all.end(), more.begin(), more.end());
    return run(all);
  }

  static std::vector<ManifestRow> test_rows() {
    const auto all = read_manifest(manifest());
    std::vector<ManifestRow> rows;
    for (const auto row : all.indices(Split::kTest)) rows.push_back(all.rows[size_t(row)]);
    return rows;
  }

  static fs::path image_file(const ManifestRow& row) {
    return read_manifest(manifest()).root / row.path;
  }

  // Masks of the test images; lesion where `inside(x / width)` says so.
  template <class Inside>
  static fs::path masks(const std::string& name, const Inside& inside) {
    const auto folder = scratch() / name;
    fs::create_directories(folder);
    for (const auto& row : test_rows()) {
      Image mask = decode_file(image_file(row));
      for (size_t i = 0; i < mask.data.size(); ++i) {
        const auto x = static_cast<int>(i / 3) % mask.width;
        mask.data[i] = inside(static_cast<double>(x) / mask.width) ? 255 : 0;
      }
      write_file_atomic(folder / (row.image_id + "_segmentation.png"), ByteView(encode_png(mask)));
    }
    return folder;
  }
};

TEST_F(ExplainCommand, DrawsOverlaysAndASheetOfAllNetworks) {
  const auto out = scratch() / "pictures";
  const auto outcome = explain({"--teacher", model(), "--before", model(), "--limit", "12",
                                "--pictures", "3", "--out", out});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("teacher"), HasSubstr("student before"),
                                 HasSubstr("student after"), HasSubstr("probability")));
  const auto overlays = list_files(out / "network");
  ASSERT_EQ(overlays.size(), 3U);
  for (const auto& file : overlays) {
    const Image overlay = decode_file(file);
    EXPECT_EQ(overlay.width, 32);
    EXPECT_EQ(overlay.height, 32);
    for (const char* role : {"teacher", "before"})  // the same network, so the same picture
      EXPECT_EQ(decode_file(out / role / file.filename()).data, overlay.data);
  }
  const Image sheet = decode_file(out / "contact_sheet.png");
  EXPECT_GT(sheet.width, 4 * 192);
  EXPECT_GT(sheet.height, 3 * 192);
  EXPECT_LT(sheet.height, 4 * 260);
}

TEST_F(ExplainCommand, PutsAFullMasksWholeEnergyInside) {
  const auto out = scratch() / "full";
  const auto outcome =
      explain({"--masks", masks("full_masks", [](double) { return true; }), "--out", out});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("energy"), HasSubstr("pointing"),
                                 HasSubstr("constant map"), HasSubstr("image centre")));
  const Json written = read_json(out / "network" / "localisation_test.json");
  const Json& found = written.at("localisation");
  const auto images = static_cast<double>(test_rows().size());
  const double shown = 1 - found.at("silent").get<double>() / images;
  EXPECT_EQ(found.at("images").get<double>(), images);
  EXPECT_GT(shown, 0);
  EXPECT_NEAR(found.at("energy").at("mean").get<double>(), shown, 1e-9);
  EXPECT_NEAR(found.at("pointing").at("mean").get<double>(), shown, 1e-9);
  EXPECT_EQ(found.at("area").at("mean").get<double>(), 1);
  EXPECT_EQ(written.at("images").size(), test_rows().size());
}

TEST_F(ExplainCommand, SplitsTheEnergyBetweenTheHalvesOfTheImages) {
  const auto energy = [](const fs::path& folder) {
    const auto outcome = explain({"--masks", folder, "--pictures", "0", "--json", "--class",
                                  "label", "--out", scratch() / "halves"});
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    const Json found = parse_json(outcome.out, "stdout").at("networks").at(0).at("localisation");
    EXPECT_LE(found.at("energy").at("low"), found.at("energy").at("mean"));
    EXPECT_GE(found.at("energy").at("high"), found.at("energy").at("mean"));
    return found.at("energy").at("mean").get<double>() +
           found.at("silent").get<double>() / 2 / found.at("images").get<double>();
  };
  const double left = energy(masks("left_masks", [](double x) { return x < 0.5; }));
  const double right = energy(masks("right_masks", [](double x) { return x >= 0.5; }));
  EXPECT_NEAR(left + right, 1, 1e-6);
  EXPECT_FALSE(fs::exists(scratch() / "halves" / "contact_sheet.png"));
}

TEST_F(ExplainCommand, ComparesAStudentWithItselfWithoutADifference) {
  const auto outcome =
      explain({"--before", model(), "--pictures", "0", "--json", "--out", scratch() / "same",
               "--masks", masks("same_masks", [](double x) { return x < 0.4; })});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  const Json difference = parse_json(outcome.out, "stdout").at("after_minus_before");
  for (const char* number : {"energy", "pointing"})
    for (const char* value : {"mean", "low", "high"})
      EXPECT_EQ(difference.at(number).at(value).get<double>(), 0) << number << " " << value;
}

TEST_F(ExplainCommand, TakesFilesAndKnowsTheirLabelsFromTheManifest) {
  const auto row = test_rows().front();
  const auto stranger = scratch() / "stranger.jpg";
  fs::copy_file(image_file(row), stranger, fs::copy_options::overwrite_existing);
  const auto outcome = explain({"--images", image_file(row), stranger, "--class", "MEL", "--tap",
                                "stage3", "--json", "--out", scratch() / "files"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  const Json network = parse_json(outcome.out, "stdout").at("networks").at(0);
  const Json& images = network.at("images");
  ASSERT_EQ(images.size(), 2U);
  const auto classes = read_manifest(manifest()).classes;
  EXPECT_EQ(images[0].at("label"), classes[static_cast<size_t>(row.label)]);
  EXPECT_TRUE(images[1].at("label").is_null());
  EXPECT_EQ(images[0].at("probability"), images[1].at("probability"));
  EXPECT_EQ(images[0].at("explained"), "MEL");
  EXPECT_TRUE(fs::exists(scratch() / "files" / "network" / "stranger.png"));
}

TEST_F(ExplainCommand, PlacesValuesOnTilesOrAtTheirFields) {
  std::map<std::string, std::vector<std::vector<uint8_t>>> pictures;
  for (const std::string placement : {"tiles", "fields"}) {
    const auto out = scratch() / placement;
    const auto outcome = explain(
        {"--tap", "stage1", "--placement", placement, "--limit", "8", "--json", "--out", out});
    ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
    const Json network = parse_json(outcome.out, "stdout").at("networks").at(0);
    EXPECT_EQ(network.at("placement"), placement);
    for (const auto& file : list_files(out / "network"))
      pictures[placement].push_back(decode_file(file).data);
  }
  EXPECT_EQ(pictures["tiles"].size(), 8U);
  EXPECT_EQ(pictures["fields"].size(), 8U);
  EXPECT_NE(pictures["tiles"], pictures["fields"]);
}

// A weight file says its classes itself.
TEST_F(ExplainCommand, TakesAWeightFileAndAnImageAlone) {
  const auto weights = run_folder("explained") / "weights" / "best.safetensors";
  const auto out = scratch() / "alone";
  const auto outcome =
      explain({"--images", image_file(test_rows().front()), "--out", out}, weights);
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_TRUE(fs::exists(out / "contact_sheet.png"));
  const auto split = explain({"--split", "test", "--out", out}, weights);
  EXPECT_EQ(split.exit_code, 2);
  EXPECT_THAT(split.err, AllOf(HasSubstr("--images"), HasSubstr("--data")));
}

TEST_F(ExplainCommand, CountsImagesWithoutAMask) {
  const auto folder = masks("few_masks", [](double x) { return x < 0.4; });
  const auto rows = test_rows();
  fs::remove(folder / (rows.front().image_id + "_segmentation.png"));
  const auto empty = folder / (rows.back().image_id + "_segmentation.png");
  const Image whole = decode_file(empty);
  write_file_atomic(empty, ByteView(encode_png(Image(whole.width, whole.height))));
  const auto outcome = explain(
      {"--masks", folder, "--pictures", "0", "--json", "--out", scratch() / "few_masks_out"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("1 of"), HasSubstr("have no mask"),
                                 HasSubstr("mask without lesion")));
  const Json network = parse_json(outcome.out, "stdout").at("networks").at(0);
  EXPECT_EQ(network.at("localisation").at("without_mask"), 1);
  EXPECT_EQ(network.at("localisation").at("without_lesion"), 1);
  EXPECT_EQ(network.at("localisation").at("images"), rows.size() - 2);
  EXPECT_FALSE(network.at("images").front().contains("energy"));
}

TEST_F(ExplainCommand, RefusesWhatItCannotExplainBeforeItStarts) {
  const auto out = (scratch() / "refused").string();
  const auto message = [&](Arguments more, int exit_code) {
    more.insert(more.end(), {"--out", out});
    const auto outcome = explain(more);
    EXPECT_EQ(outcome.exit_code, exit_code) << outcome.err;
    EXPECT_THAT(outcome.out, IsEmpty());
    return outcome.err;
  };
  EXPECT_THAT(message({"--class", "MELA"}, 1), HasSubstr("did you mean 'MEL'"));
  EXPECT_THAT(message({"--tap", "feature"}, 1), HasSubstr("did you mean 'features'"));
  EXPECT_THAT(message({"--tap", "embedding"}, 1), HasSubstr("stage4"));
  EXPECT_THAT(message({"--teacher", "/nowhere/teacher"}, 1), HasSubstr("/nowhere/teacher"));
  EXPECT_THAT(message({"--masks", scratch() / "no_masks"}, 1), HasSubstr("no_masks"));
  EXPECT_THAT(message({"--images", "a.jpg", "--split", "val"}, 2), HasSubstr("--split"));
  EXPECT_THAT(message({"--images", "b/a.jpg", "c/a.jpg"}, 1), HasSubstr("c/a.jpg"));
  EXPECT_THAT(message({"--images", "unknown.jpg", "--class", "label"}, 1),
              HasSubstr("has no label"));
  EXPECT_FALSE(fs::exists(out));
}

TEST_F(ExplainCommand, RefusesAFolderWithoutAnyMaskAndANetworkOfOtherClasses) {
  fs::create_directories(scratch() / "empty_folder");
  const auto no_masks = explain({"--masks", scratch() / "empty_folder", "--limit", "2"});
  EXPECT_EQ(no_masks.exit_code, 1);
  EXPECT_THAT(no_masks.err, AllOf(HasSubstr("empty_folder"), HasSubstr("2 images without one")));
  auto fewer = read_manifest(manifest());
  const auto last = static_cast<int64_t>(fewer.classes.size()) - 1;
  fewer.classes.pop_back();
  fewer.rows.erase(std::remove_if(fewer.rows.begin(), fewer.rows.end(),
                                  [&](const auto& row) { return row.label == last; }),
                   fewer.rows.end());
  write_manifest(scratch() / "fewer.csv", fewer);
  const auto others = explain({"--data", scratch() / "fewer.csv"});
  EXPECT_EQ(others.exit_code, 1);
  EXPECT_THAT(others.err, AllOf(HasSubstr("other classes"), HasSubstr("best.safetensors")));
}

}  // namespace
}  // namespace derm::e2e
