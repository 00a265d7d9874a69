#include "train/train_data.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace derm {
namespace {

// Two images of one lesion, one of them in train and one in test.
Manifest torn_lesion() {
  Manifest manifest;
  manifest.classes = {"MEL", "NV"};
  for (const Split split : {Split::kTrain, Split::kTest}) {
    ManifestRow row;
    row.image_id = split_name(split);
    row.lesion_id = "L1";
    row.split = split;
    manifest.rows.push_back(row);
  }
  return manifest;
}

TEST(TeacherLeak, IsWhatTheTeacherSawAndTheRunsOwnSplitHides) {
  const Manifest run = torn_lesion();
  Manifest teacher = run;
  EXPECT_NO_THROW(check_teacher_leak(run, teacher, "teacher"));  // the very same split
  teacher.rows[1].split = Split::kTrain;
  EXPECT_THROW(check_teacher_leak(run, teacher, "teacher"), Error);
  teacher.rows[0].lesion_id = teacher.rows[1].lesion_id = "L2";
  teacher.rows[0].image_id = "another";
  teacher.rows[1].image_id = "a third";
  EXPECT_NO_THROW(check_teacher_leak(run, teacher, "teacher"));
}

// The teacher's manifest knows no lesions, or calls the file otherwise.
TEST(TeacherLeak, IsFoundByImageAndByFileWhereTheLesionIsNotKnown) {
  const Manifest run = torn_lesion();
  Manifest teacher;
  teacher.classes = run.classes;
  teacher.rows.emplace_back();
  teacher.rows[0].image_id = "another";
  EXPECT_NO_THROW(check_teacher_leak(run, teacher, "teacher"));
  teacher.rows[0].image_id = "test";
  EXPECT_THROW(check_teacher_leak(run, teacher, "teacher"), Error);
  Manifest hashed = run;
  hashed.rows[1].sha256 = teacher.rows[0].sha256 = "abc";
  teacher.rows[0].image_id = "renamed";
  EXPECT_THROW(check_teacher_leak(hashed, teacher, "teacher"), Error);
}

}  // namespace
}  // namespace derm
