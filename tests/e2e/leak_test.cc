// A teacher that has seen what a run is judged on.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/json.h"
#include "e2e/dataset.h"

namespace derm::e2e {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

// The same images, split otherwise.
fs::path make_other_manifest() {
  const auto path = scratch() / "other_split.csv";
  const auto cut = run({"data", "split", scratch() / "data", "--out", path, "--seed", "99"});
  EXPECT_EQ(cut.exit_code, 0) << cut.err;
  return path;
}

const fs::path& other_manifest() {
  static const fs::path kOther = make_other_manifest();
  return kOther;
}

Outcome distil_from(const std::string& teacher, const fs::path& data, const std::string& name) {
  return run({"distill", "--teacher", teacher, "--student", "mobilenet_v2_0.35", "--recipe", "kd",
              "--data", data, "--imgsz", "32", "--epochs", "1", "--batch-size", "16", "--out",
              scratch() / "runs", "--name", name});
}

// A copy of a weight file without the metadata of that key; its length may change.
void copy_without(const fs::path& from, const fs::path& to, const char* key) {
  const std::string bytes = read_text(from);
  uint64_t size = 0;
  for (size_t i = 8; i-- > 0;) size = size << 8 | static_cast<unsigned char>(bytes[i]);
  Json header = parse_json(bytes.substr(8, size), from.string());
  header["__metadata__"].erase(key);
  std::string text = header.dump();
  text.resize((text.size() + 7) / 8 * 8, ' ');
  std::string length;
  for (size_t i = 0; i < 8; ++i) length += static_cast<char>(text.size() >> (8 * i) & 0xFF);
  write_file_atomic(to, length + text + bytes.substr(8 + size));
}

class TeacherLeak : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    ASSERT_EQ(run(short_training("seer", {}, 1)).exit_code, 0);
    weights_ = run_folder("seer") / "weights/best.safetensors";
  }
  static fs::path weights_;
};
fs::path TeacherLeak::weights_;

TEST_F(TeacherLeak, IsAnErrorThatNamesTheTeacherAndALesion) {
  const auto other = other_manifest();
  for (const fs::path& teacher : {run_folder("seer"), weights_}) {
    const auto outcome = distil_from(teacher, other, "leaked");
    EXPECT_EQ(outcome.exit_code, 1) << outcome.err;
    EXPECT_THAT(outcome.err, AllOf(HasSubstr("validation or test lesions"),
                                   HasSubstr(teacher.string()), HasSubstr("the first: lesion")));
  }
}

TEST_F(TeacherLeak, CannotBeExcludedForABareFileAndIsAWarning) {
  const auto stated = scratch() / "stated.safetensors", silent = scratch() / "silent.safetensors";
  fs::copy_file(weights_, stated);
  copy_without(weights_, silent, "manifest_hash");
  const auto same_split = distil_from(stated, manifest(), "from_stated");
  EXPECT_EQ(same_split.exit_code, 0) << same_split.err;
  EXPECT_THAT(same_split.err, Not(HasSubstr("worthless")));
  EXPECT_THAT(distil_from(stated, other_manifest(), "from_other").err,
              AllOf(HasSubstr("another split"), HasSubstr(stated.string())));
  const auto unknown = distil_from(silent, manifest(), "from_silent");
  EXPECT_EQ(unknown.exit_code, 0) << unknown.err;
  EXPECT_THAT(unknown.err, AllOf(HasSubstr("does not say which images"), HasSubstr("worthless")));
}

}  // namespace
}  // namespace derm::e2e
