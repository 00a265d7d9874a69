// From rows, networks, seeds and protocols to cells.
#include "study/cell.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "study/small_study.h"

namespace derm {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> names_of(const std::vector<StudyCell>& cells) {
  std::vector<std::string> out;
  for (const auto& cell : cells) out.push_back(cell.name);
  return out;
}

TEST(Cells, TeacherFirstThenTheFirstSeedOfAllRows) {
  EXPECT_THAT(names_of(expand_cells(testing::small_study(), {})),
              ElementsAre("lesion_teacher_0", "image_teacher_0", "lesion_alone_mobilenet_v2_0.35_0",
                          "image_alone_mobilenet_v2_0.35_0", "lesion_alone_mobilenet_v2_0.2_0",
                          "image_alone_mobilenet_v2_0.2_0", "lesion_kd_0", "image_kd_0",
                          "lesion_alone_mobilenet_v2_0.35_1", "image_alone_mobilenet_v2_0.35_1",
                          "lesion_alone_mobilenet_v2_0.2_1", "image_alone_mobilenet_v2_0.2_1",
                          "lesion_kd_1", "image_kd_1"));
}

TEST(Cells, TeacherIsOfTheSameProtocolAndItsOwnSeed) {
  const auto cells = expand_cells(testing::small_study(), {{"image"}, {"kd"}, {5}});
  EXPECT_THAT(names_of(cells), ElementsAre("image_teacher_0", "image_kd_5"));
  EXPECT_THAT(cells[1].teachers, ElementsAre("image_teacher_0"));
  EXPECT_EQ(cells[1].network, "mobilenet_v2_0.35");
  EXPECT_EQ(cells[1].seed, 5);
}

TEST(Cells, TeacherWithTheStudentsSeedIsTaken) {
  Study study = testing::small_study();
  study.rows[0].seeds = {0, 1};
  const auto cells = expand_cells(study, {{"lesion"}, {"kd"}, {}});
  ASSERT_EQ(cells.size(), 4U);
  EXPECT_THAT(cells[1].teachers, ElementsAre("lesion_teacher_0"));
  EXPECT_THAT(cells[3].teachers, ElementsAre("lesion_teacher_1"));
}

TEST(Cells, ChoiceThatTheStudyDoesNotHaveIsAnError) {
  EXPECT_THROW(expand_cells(testing::small_study(), {{}, {"dkd"}, {}}), UsageError);
  EXPECT_THROW(expand_cells(testing::small_study(), {{}, {}, {1, 1}}), Error);
}

}  // namespace
}  // namespace derm
