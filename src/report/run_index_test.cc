// The index of runs is what the run directories are, whatever happened to its file.
#include "report/run_index.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/json.h"
#include "report/run_folder.h"
#include "report/run_tables.h"
#include "support/temp_folder.h"

namespace derm {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::message_of;
using testing::RunFolder;
using ::testing::SizeIs;
using testing::TempFolder;

// A folder with two finished runs, one of them deeper.
class RunIndexTest : public ::testing::Test {
 protected:
  RunIndexTest() {
    const RunFolder run("made");
    fs::create_directories(root() / "distill");
    fs::copy(run.path(), root() / "a", fs::copy_options::recursive);
    fs::copy(run.path(), root() / "distill" / "b", fs::copy_options::recursive);
  }
  const fs::path& root() const { return folder_.path(); }
  fs::path file() const { return root() / kRunIndexName; }
  RunIndex update() const { return update_run_index(root(), file()); }
  // What the two runs say, from the directories alone.
  void expect_both_runs(const RunIndex& index) const {
    ASSERT_THAT(index.runs, SizeIs(2));
    const IndexedRun read = read_indexed_run(root(), root() / "a");
    EXPECT_EQ(index.runs[0].folder, "a");
    EXPECT_EQ(index.runs[1].folder, "distill/b");
    for (const auto& run : index.runs) {
      EXPECT_EQ(run.recipe, read.recipe);
      EXPECT_EQ(run.seconds_total, read.seconds_total);
      EXPECT_EQ(run.splits.at("test").values, read.splits.at("test").values);
    }
  }

  TempFolder folder_;
};

TEST_F(RunIndexTest, HoldsWhatTheRunDirectoriesSay) {
  Json measured = read_json(root() / "a" / "metrics_test.json");
  measured["manifest_hash"] = "elsewhere";
  write_json(root() / "a" / "metrics_test.json", measured);
  const RunIndex index = update();
  expect_both_runs(index);
  const IndexedRun& a = index.runs[0];
  EXPECT_EQ(a.name, "a");
  EXPECT_EQ(a.recipe, "kd");
  EXPECT_EQ(a.arch, "mobilenet_v2");
  EXPECT_EQ(a.teachers, "runs/teacher");
  EXPECT_EQ(a.best_metric, "balanced_accuracy");
  EXPECT_EQ(a.protocol, "lesion");
  EXPECT_EQ(a.manifest_hash, "abc123");
  EXPECT_EQ(a.seed, 0);
  EXPECT_EQ(a.parameters, 2234120);
  EXPECT_EQ(a.macs, 300774272);
  EXPECT_EQ(a.epochs, 4);
  EXPECT_EQ(a.best_epoch, 4);
  EXPECT_EQ(a.best_value, 0.6);
  EXPECT_EQ(a.seconds_total, 75.5);
  EXPECT_EQ(a.splits.at("test").manifest_hash, "elsewhere");
  EXPECT_EQ(a.metric("test", "accuracy"), 0.75);
  EXPECT_EQ(a.metric("test", "recall.NV"), 0.5);
  EXPECT_EQ(a.metric("test", "loss"), a.metric("test", "log_loss"));
  EXPECT_FALSE(a.metric("val", "accuracy"));
  EXPECT_FALSE(a.metric("test", "recall.XX"));
  EXPECT_TRUE(a.finished());
  EXPECT_THAT(index.notes, IsEmpty());
}

TEST_F(RunIndexTest, ReadsOnlyWhatHasChanged) {
  EXPECT_EQ(update().read, 2);
  EXPECT_EQ(update().read, 0);
  Json summary = read_json(root() / "a" / "run.json");
  summary["recipe"] = "another";
  write_json(root() / "a" / "run.json", summary);
  const RunIndex index = update();
  EXPECT_EQ(index.read, 1);
  EXPECT_EQ(index.runs[0].recipe, "another");
  EXPECT_EQ(index.runs[1].recipe, "kd");
  fs::remove(root() / "a" / "metrics_test.json");
  EXPECT_THAT(update().runs[0].splits, IsEmpty());
}

TEST_F(RunIndexTest, ForgetsARunThatIsGone) {
  update();
  fs::remove_all(root() / "a");
  const RunIndex index = update();
  ASSERT_THAT(index.runs, SizeIs(1));
  EXPECT_EQ(index.runs[0].folder, "distill/b");
  EXPECT_TRUE(index.runs[0].metric("test", "accuracy").has_value());
}

TEST_F(RunIndexTest, MayBeDeletedAtAnyTime) {
  expect_both_runs(update());
  fs::remove(file());
  const RunIndex index = update();
  expect_both_runs(index);
  EXPECT_EQ(index.read, 2);
}

TEST_F(RunIndexTest, OfOneFolderDoesNotAnswerForAnother) {
  const TempFolder other;
  update();
  fs::copy(root() / "a", other.path() / "a", fs::copy_options::recursive);
  std::string summary = read_text(other.path() / "a" / "run.json");
  summary.replace(summary.find("\"kd\""), 4, "\"at\"");
  write_file_atomic(other.path() / "a" / "run.json", summary);
  for (const auto& copy : list_files(other.path() / "a"))  // names, sizes and times are the same
    fs::last_write_time(copy, fs::last_write_time(root() / copy.lexically_relative(other.path())));
  const RunIndex index = update_run_index(other.path(), file());
  ASSERT_THAT(index.runs, SizeIs(1));
  EXPECT_EQ(index.runs[0].recipe, "at");
}

TEST_F(RunIndexTest, IsMadeAnewWhereItIsDamaged) {
  update();
  std::string torn = read_text(file());
  for (size_t i = 100; i < torn.size(); ++i) torn[i] = '\xA5';
  for (const std::string& damage : {std::string(4096, 'x'), std::string("short"), torn}) {
    write_file_atomic(file(), damage);
    const RunIndex index = update();
    expect_both_runs(index);
    EXPECT_THAT(index.notes, ElementsAre(HasSubstr("made anew")));
    EXPECT_THAT(update().notes, IsEmpty());
  }
}

TEST_F(RunIndexTest, IsMadeAnewWhereItsTablesAreNotThere) {
  update();
  Database(file()).run("DROP TABLE metrics");
  const RunIndex index = update();
  expect_both_runs(index);
  EXPECT_THAT(index.notes, ElementsAre(HasSubstr("made anew")));
  Database(file()).run("PRAGMA user_version = 99");  // of another version of the program
  expect_both_runs(update());
}

TEST_F(RunIndexTest, TakesNoOtherFileForAnIndex) {
  const fs::path notes = folder_.write("notes.txt", "mine"), database = root() / "other.sqlite";
  Database(database).run("CREATE TABLE runs (mine TEXT)");
  const std::string before = read_text(database);
  for (const auto& other : {notes, database})
    EXPECT_THAT(message_of([&] { update_run_index(root(), other); }), HasSubstr(other.string()));
  EXPECT_EQ(read_text(notes), "mine");
  EXPECT_EQ(read_text(database), before);
}

TEST_F(RunIndexTest, SaysWhichRunIsDamaged) {
  write_file_atomic(root() / "a" / "metrics_test.json", "{");
  for (int again = 0; again < 2; ++again) {
    const RunIndex index = update();
    ASSERT_THAT(index.runs, SizeIs(2));
    EXPECT_THAT(index.runs[0].problem, HasSubstr("metrics_test.json"));
    EXPECT_THAT(index.runs[1].problem, IsEmpty());
  }
}

TEST_F(RunIndexTest, KnowsARunThatHasNotFinishedByItsInputs) {
  fs::remove(root() / "a" / "run.json");
  write_file_atomic(root() / "a" / "config.yaml", "recipe: dkd\nstudent: resnet18\nseed: 3\n");
  write_json(root() / "a" / "manifest.json", {{"protocol", "image"}, {"split_hash", "cafe"}});
  const RunIndex index = update();
  EXPECT_EQ(index.runs[0].recipe, "dkd");
  EXPECT_EQ(index.runs[0].protocol, "image");
  EXPECT_EQ(index.runs[0].manifest_hash, "cafe");
  EXPECT_EQ(index.runs[0].seed, 3);
  EXPECT_EQ(index.runs[0].epochs, 4);
  EXPECT_FALSE(index.runs[0].finished());
}

TEST_F(RunIndexTest, StaysInMemoryWhereItCannotBeWritten) {
  fs::create_directory(file());  // the name is taken
  const RunIndex index = update();
  expect_both_runs(index);
  EXPECT_THAT(index.notes, ElementsAre(HasSubstr("in memory")));
  EXPECT_TRUE(fs::is_directory(file()));
}

TEST(RunIndex, NamesAFolderThatIsNotThere) {
  EXPECT_THAT(message_of([] { update_run_index("/nowhere", "/nowhere/index"); }),
              HasSubstr("/nowhere"));
}

}  // namespace
}  // namespace derm
