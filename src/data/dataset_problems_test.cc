// Each way in which labels and images can disagree: the message names image, place and flag, and
// the flag does what it says.
#include "data/dataset_problems.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "data/dataset.h"
#include "support/temp_folder.h"

namespace derm {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::message_of;
using testing::TempFolder;

constexpr char kTable[] = "ISIC_2019_Training_GroundTruth.csv";
constexpr char kInput[] = "ISIC_2019_Training_Input/";

// A sound dataset of MEL a, NV b and NV c, and then `rows` and `files` that spoil it.
class Spoilt {
 public:
  Spoilt(const std::string& rows, const std::vector<std::string>& files) {
    folder_.write(kTable, "image,MEL,NV\na,1,0\nb,0,1\nc,0,1\n" + rows);
    for (const char* id : {"a", "b", "c"}) folder_.write(kInput + std::string(id) + ".jpg", id);
    for (const auto& file : files) folder_.write(kInput + file, file);
  }

  std::string error() const {
    return message_of([&] { read_dataset(folder_.path(), options_); });
  }
  std::vector<std::string> ids_allowing(Problem problem) {
    options_.allow.at(static_cast<size_t>(problem)) = true;
    std::vector<std::string> out;
    for (const auto& record : read_dataset(folder_.path(), options_).records)
      out.push_back(record.image_id);
    return out;
  }
  const fs::path& path() const { return folder_.path(); }
  DatasetOptions& options() { return options_; }

 private:
  TempFolder folder_;
  DatasetOptions options_;
};

TEST(DatasetProblems, AreAbsentFromASoundDataset) {
  EXPECT_EQ(Spoilt("", {}).error(), "no error");
}

TEST(DatasetProblems, NameListedImagesWithoutAFile) {
  Spoilt spoilt("d,0,1\n", {});
  EXPECT_THAT(spoilt.error(), AllOf(HasSubstr("1 listed images without a file"),
                                    HasSubstr("d (" + std::string(kTable) + ", line 5)"),
                                    HasSubstr("--allow-missing")));
  EXPECT_THAT(spoilt.ids_allowing(Problem::kMissing), ElementsAre("a", "b", "c"));
}

TEST(DatasetProblems, NameFilesThatNoRowLists) {
  Spoilt spoilt("", {"z.jpg"});
  EXPECT_THAT(spoilt.error(), AllOf(HasSubstr("1 image files that no table row lists"),
                                    HasSubstr("z.jpg"), HasSubstr("--allow-unlisted")));
  EXPECT_THAT(spoilt.ids_allowing(Problem::kUnlisted), ElementsAre("a", "b", "c"));
}

TEST(DatasetProblems, NameRepeatedRowsAndKeepTheFirst) {
  Spoilt spoilt("b,0,1\n", {});
  EXPECT_THAT(spoilt.error(),
              AllOf(HasSubstr("line 5"), HasSubstr("line 3"), HasSubstr("--allow-duplicates")));
  EXPECT_THAT(spoilt.ids_allowing(Problem::kDuplicate), ElementsAre("a", "b", "c"));
}

TEST(DatasetProblems, NameSecondFilesOfAnImage) {
  Spoilt spoilt("", {"b.png"});
  EXPECT_THAT(spoilt.error(), AllOf(HasSubstr("b.png beside"), HasSubstr("--allow-duplicates")));
  EXPECT_THAT(spoilt.ids_allowing(Problem::kDuplicate), ElementsAre("a", "b", "c"));
}

TEST(DatasetProblems, NameImagesWithTwoLabelsAndLeaveThemOut) {
  Spoilt spoilt("b,1,0\n", {});
  EXPECT_THAT(spoilt.error(), AllOf(HasSubstr("1 images with two different labels"),
                                    HasSubstr("line 5"), HasSubstr("--allow-conflicts")));
  EXPECT_THAT(spoilt.ids_allowing(Problem::kConflict), ElementsAre("a", "c"));
}

TEST(DatasetProblems, NameRowsWithNoLabelOrSeveral) {
  Spoilt spoilt("d,0,0\ne,1,1\n", {"d.jpg", "e.jpg"});
  EXPECT_THAT(spoilt.error(), AllOf(HasSubstr("2 images with no label or with several"),
                                    HasSubstr("e (" + std::string(kTable) + ", line 6), 2 labels"),
                                    HasSubstr("--allow-unlabelled")));
  EXPECT_THAT(spoilt.ids_allowing(Problem::kUnlabelled), ElementsAre("a", "b", "c"));
}

TEST(DatasetProblems, NameClassesThatAreNotKnown) {
  const TempFolder folder;
  folder.write("MEL/a.jpg", "a");
  folder.write("melanomma/b.jpg", "b");
  EXPECT_THAT(
      message_of([&] { read_dataset(folder.path()); }),
      AllOf(HasSubstr("'melanomma' of melanomma/b.jpg"), HasSubstr("--allow-unknown-class")));
  DatasetOptions options;
  options.allow.at(static_cast<size_t>(Problem::kUnknownClass)) = true;
  EXPECT_EQ(read_dataset(folder.path(), options).records.size(), 1U);
  options = {};
  options.classes = {"melanomma", "MEL"};
  EXPECT_EQ(read_dataset(folder.path(), options).records.at(1).label, 0);
}

TEST(DatasetProblems, NameClassesWithoutImages) {
  Spoilt spoilt("", {});
  spoilt.options().quarantine = spoilt.path() / "q.csv";
  write_quarantine(spoilt.options().quarantine, {{kInput + std::string("a.jpg"), "torn"}});
  EXPECT_THAT(spoilt.error(), AllOf(HasSubstr("1 classes without any image: MEL"),
                                    HasSubstr("--allow-empty-class")));
  EXPECT_THAT(spoilt.ids_allowing(Problem::kEmptyClass), ElementsAre("b", "c"));
}

TEST(DatasetProblems, AreReportedTogetherAndOnlyTheFirstOfManyAreNamed) {
  std::string rows;
  for (int i = 0; i < 9; ++i) rows += "m" + std::to_string(i) + ",0,1\n";
  Spoilt spoilt(rows, {"z.jpg"});
  const std::string error = spoilt.error();
  EXPECT_THAT(error, AllOf(HasSubstr("9 listed images"), HasSubstr("m4"), HasSubstr("..."),
                           HasSubstr("1 image files")));
  EXPECT_EQ(error.find("m5"), std::string::npos);
}

TEST(DatasetProblems, NameTheCellOfABrokenTable) {
  EXPECT_THAT(Spoilt("d,yes,0\n", {}).error(),
              AllOf(HasSubstr("not a one-hot cell"), HasSubstr("line 5, column MEL")));
  EXPECT_THAT(Spoilt("d,1\n", {}).error(), HasSubstr("row of the wrong length"));
  const TempFolder folder;
  folder.write(kTable, "image,MEL,WART\na,1,0\n");
  EXPECT_THAT(message_of([&] { read_dataset(folder.path()); }),
              AllOf(HasSubstr("unknown class 'WART'"), HasSubstr("line 1")));
}

TEST(DatasetProblems, TwoFoldersWithTheSameBytesAreAConflict) {
  const TempFolder folder;
  folder.write("MEL/a.jpg", "same");
  folder.write("NV/a.jpg", "same");
  folder.write("NV/b.jpg", "b");
  folder.write("MEL/b.jpg", "another b");
  EXPECT_THAT(message_of([&] { read_dataset(folder.path()); }),
              AllOf(HasSubstr("two different labels"), HasSubstr("NV/a.jpg and MEL/a.jpg")));
}

TEST(Quarantine, IsReadBackAndHonoured) {
  Spoilt spoilt("", {});
  const fs::path list = spoilt.path() / "q.csv";
  write_quarantine(list, {{kInput + std::string("c.jpg"), "truncated,\nat byte 7"}});
  EXPECT_EQ(read_quarantine(list).at(kInput + std::string("c.jpg")), "truncated,;at byte 7");
  spoilt.options().quarantine = list;
  const Dataset dataset = read_dataset(spoilt.path(), spoilt.options());
  EXPECT_EQ(dataset.records.size(), 2U);
  EXPECT_EQ(dataset.quarantined.size(), 1U);
}

}  // namespace
}  // namespace derm
