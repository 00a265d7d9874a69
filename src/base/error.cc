#include "base/error.h"

namespace derm {
namespace {

std::string message(const std::string& what, const std::string& where, const std::string& expected,
                    const std::string& got) {
  std::string text = what;
  if (!where.empty()) text += "\n  where:    " + where;
  if (!expected.empty()) text += "\n  expected: " + expected;
  if (!got.empty()) text += "\n  found:    " + got;
  return text;
}

}  // namespace

Error::Error(std::string what, std::string where, std::string expected, std::string got)
    : std::runtime_error(message(what, where, expected, got)),
      problem_(std::move(what)),
      where_(std::move(where)),
      expected_(std::move(expected)),
      got_(std::move(got)) {}

}  // namespace derm
