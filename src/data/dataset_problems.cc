#include "data/dataset_problems.h"

#include "base/error.h"
#include "base/strings.h"

namespace derm {

void Problems::add(Problem problem, std::string example) {
  auto& found = found_.at(static_cast<size_t>(problem));
  ++found.count;
  if (found.examples.size() < kExamples) found.examples.push_back(std::move(example));
}

const std::vector<std::string>& Problems::examples(Problem problem) const {
  return found_.at(static_cast<size_t>(problem)).examples;
}

std::string Problems::line(size_t kind) const {
  const auto& found = found_[kind];
  const bool all = static_cast<size_t>(found.count) == found.examples.size();
  return fmt::format("{} {}: {}{}\n            (--allow-{}: {})", found.count,
                     kProblemKinds[kind].what, join(found.examples, ", "), all ? "" : ", ...",
                     kProblemKinds[kind].name, kProblemKinds[kind].effect);
}

std::vector<std::string> Problems::lines() const {
  std::vector<std::string> out;
  for (size_t kind = 0; kind < kProblemCount; ++kind)
    if (found_[kind].count > 0) out.push_back(line(kind));
  return out;
}

void Problems::check(const AllowedProblems& allowed, const std::string& where) const {
  std::vector<std::string> refused;
  for (size_t kind = 0; kind < kProblemCount; ++kind)
    if (found_[kind].count > 0 && !allowed.at(kind)) refused.push_back(line(kind));
  if (refused.empty()) return;
  throw Error("labels and images do not agree", where, "", join(refused, "\n            "));
}

}  // namespace derm
