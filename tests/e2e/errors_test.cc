// Wrong input ends in one clear error that names things, never in a crash or half a result.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "data/manifest.h"
#include "e2e/dataset.h"

namespace derm::e2e {
namespace {

using ::testing::HasSubstr;

// Exit code, and the words that the one message must hold.
void expect_error(const Arguments& arguments, int exit_code,
                  const std::vector<std::string>& words) {
  const auto outcome = run(arguments);
  EXPECT_EQ(outcome.exit_code, exit_code) << outcome.err;
  EXPECT_THAT(outcome.out, ::testing::IsEmpty());
  for (const auto& word : words) EXPECT_THAT(outcome.err, HasSubstr(word));
}

Arguments training_on(const std::string& data, const std::string& name) {
  return {"train",    "--data", data,    "--model",          "resnet18", "--imgsz", "32",
          "--epochs", "1",      "--out", scratch() / "runs", "--name",   name};
}

TEST(WrongInput, MissingManifestIsNamed) {
  expect_error(training_on("/nowhere/manifest.csv", "a"), 1, {"error: ", "/nowhere/manifest.csv"});
}

TEST(WrongInput, ManifestThatWasChangedAfterTheSplitIsNamed) {
  auto text = read_text(manifest());
  const auto at = text.find(",train,");
  ASSERT_NE(at, std::string::npos);
  text.replace(at, 7, ",test,");
  const auto path = scratch() / "changed.csv";
  write_file_atomic(path, text);
  fs::copy_file(fs::path(manifest()).replace_extension(".json"), scratch() / "changed.json");
  expect_error(training_on(path, "b"), 1, {"error: ", "changed.csv", "changed.json", "sha256"});
}

TEST(WrongInput, ManifestWithoutItsDescriptionIsNamed) {
  const auto path = scratch() / "alone.csv";
  write_file_atomic(path, read_text(manifest()));
  expect_error(training_on(path, "c"), 1, {"error: ", "alone.json"});
}

TEST(WrongInput, UnknownNetworkSuggestsTheNearest) {
  expect_error({"train", "--data", manifest(), "--model", "resnet19", "--out", scratch() / "runs"},
               1, {"error: ", "resnet19", "did you mean 'resnet18'"});
}

TEST(WrongInput, UnknownRecipeSuggestsTheNearest) {
  expect_error({"train", "--data", manifest(), "--model", "resnet18", "--recipe", "baselin",
                "--out", scratch() / "runs"},
               2, {"error: ", "baselin", "did you mean 'baseline'"});
}

// Both ways of giving a value count when both are used: either mistake is found.
TEST(WrongInput, SetAndWordsAreBothRead) {
  expect_error(short_training("h", {"augment.hue=0.01", "--set", "augment.crop_min=7"}), 1,
               {"augment.crop_min"});
  expect_error(short_training("i", {"augment.crop_min=7", "--set", "augment.hue=0.01"}), 1,
               {"augment.crop_min"});
}

TEST(WrongInput, UnknownKeySuggestsTheNearest) {
  expect_error(short_training("d", {"--set", "batch_sise=4"}), 1,
               {"error: ", "batch_sise", "did you mean 'batch_size'"});
}

TEST(WrongInput, ValueOutOfRangeNamesTheRange) {
  expect_error(short_training("e", {"--set", "augment.crop_min=7"}), 1,
               {"error: ", "augment.crop_min", "7"});
}

TEST(WrongInput, UnknownFlagIsAUsageError) {
  EXPECT_EQ(run(short_training("f", {"--epoch", "3"})).exit_code, 2);
  EXPECT_EQ(run({}).exit_code, 2);
  EXPECT_EQ(run({"trian"}).exit_code, 2);
}

TEST(WrongInput, DistillationWithoutATeacherSaysSo) {
  const auto outcome =
      run({"distill", "--data", manifest(), "--student", "resnet18", "--out", scratch() / "runs"});
  EXPECT_EQ(outcome.exit_code, 2) << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr("--teacher"));
}

TEST(WrongInput, DamagedWeightsAreNamed) {
  const auto path = scratch() / "damaged.safetensors";
  write_file_atomic(path, std::string("\xff\xff\xff\xff\xff\xff\xff\x7f{}", 10));
  expect_error(short_training("g", {"--weights", path}), 1, {"error: ", "damaged.safetensors"});
}

TEST(WrongInput, FolderThatIsNoRunIsNamed) {
  fs::create_directories(scratch() / "no_run");
  expect_error({"val", scratch() / "no_run", "--split", "test"}, 1, {"error: ", "no_run"});
}

TEST(WrongInput, ExistingRunIsNotOverwritten) {
  ASSERT_EQ(run(training_on(manifest(), "once")).exit_code, 0);
  const auto before = sha256_file(run_folder("once") / "weights/last.safetensors");
  expect_error(training_on(manifest(), "once"), 1, {"error: ", "once", "--exist-ok"});
  EXPECT_EQ(sha256_file(run_folder("once") / "weights/last.safetensors"), before);
}

TEST(WrongInput, ExistingDataIsNotOverwritten) {
  manifest();
  expect_error({"data", "generate", "--out", scratch() / "data", "--images", "10"}, 1,
               {"error: ", "data", "--exist-ok"});
}

TEST(WrongInput, CorruptImageIsNamed) {
  const auto folder = scratch() / "folder_data";
  for (const auto* name : {"NV", "MEL"}) {
    fs::create_directories(folder / name);
    const auto images = list_files(scratch() / "data" / "ISIC_2019_Training_Input");
    ASSERT_FALSE(images.empty());
    fs::copy_file(images.front(), folder / name / "good.jpg");
  }
  auto half = read_file(folder / "NV/good.jpg");
  half.resize(half.size() / 2);
  write_file_atomic(folder / "NV/torn.jpg", ByteView(half));
  const auto outcome = run({"data", "check", folder});
  EXPECT_EQ(outcome.exit_code, 1) << outcome.err;
  EXPECT_THAT(outcome.out + outcome.err, HasSubstr("torn.jpg"));
}

TEST(Audit, LesionOnBothSidesOfASplitExitsWithThree) {
  auto leaky = read_manifest(manifest());
  auto& train = leaky.rows[static_cast<size_t>(leaky.indices(Split::kTrain).front())];
  auto& test = leaky.rows[static_cast<size_t>(leaky.indices(Split::kTest).front())];
  train.lesion_id = test.lesion_id = "on_both_sides";
  const auto path = scratch() / "leaky.csv";
  write_manifest(path, leaky);
  const auto outcome = run({"data", "audit", path});
  EXPECT_EQ(outcome.exit_code, 3) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("1 lesions are in train and test"));
}

}  // namespace
}  // namespace derm::e2e
