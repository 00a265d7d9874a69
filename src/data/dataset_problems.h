// What can be wrong between a label table and an image folder: one table of kinds, from which the
// messages, the --allow flags and their help texts come.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace derm {

enum class Problem {
  kMissing,
  kUnlisted,
  kDuplicate,
  kConflict,
  kUnlabelled,
  kUnknownClass,
  kEmptyClass
};

struct ProblemKind {
  const char* name;    // "missing": the flag is --allow-missing
  const char* what;    // "listed images without a file"
  const char* effect;  // what the flag does: "leave them out"
};

inline constexpr ProblemKind kProblemKinds[] = {
    {"missing", "listed images without a file", "leave them out"},
    {"unlisted", "image files that no table row lists", "ignore them"},
    {"duplicates", "repeated rows or files of one image with the same label",
     "keep the first of them"},
    {"conflicts", "images with two different labels", "leave them out"},
    {"unlabelled", "images with no label or with several", "leave them out"},
    {"unknown-class", "images of a class that is not known", "leave them out"},
    {"empty-class", "classes without any image", "keep them in the class list"},
};
inline constexpr size_t kProblemCount = std::size(kProblemKinds);

using AllowedProblems = std::array<bool, kProblemCount>;  // by Problem

class Problems {
 public:
  // `example` names the image and its place: "ISIC_0000001 (labels.csv, line 3)".
  void add(Problem problem, std::string example);

  int64_t count(Problem problem) const { return found_.at(static_cast<size_t>(problem)).count; }
  // The first few examples, at most kExamples.
  const std::vector<std::string>& examples(Problem problem) const;
  // One Error about every kind that was found and is not allowed.
  void check(const AllowedProblems& allowed, const std::string& where) const;
  // "12 listed images without a file (--allow-missing: leave them out)", one line per kind found.
  std::vector<std::string> lines() const;

  static constexpr size_t kExamples = 5;

 private:
  struct Found {
    int64_t count = 0;
    std::vector<std::string> examples;
  };
  std::string line(size_t kind) const;

  std::array<Found, kProblemCount> found_;
};

}  // namespace derm
