// The one exception type of the project, and how its message reads.
//
// Libraries throw derm::Error and never print or exit; programs catch it once, in main.
#pragma once

#include <fmt/format.h>

#include <stdexcept>
#include <string>
#include <string_view>

namespace derm {

// Exit codes of every program.
inline constexpr int kExitFailure = 1;
inline constexpr int kExitUsage = 2;
inline constexpr int kExitAuditFailed = 3;
inline constexpr int kExitInterrupted = 130;

// What went wrong, where (file and place), what was expected and what was found. Empty parts are
// left out of the message.
class Error : public std::runtime_error {
 public:
  explicit Error(std::string what, std::string where = "", std::string expected = "",
                 std::string got = "");

  const std::string& problem() const { return problem_; }
  const std::string& where() const { return where_; }
  const std::string& expected() const { return expected_; }
  const std::string& got() const { return got_; }

 private:
  std::string problem_, where_, expected_, got_;
};

// A wrong command line: exit code 2.
class UsageError : public Error {
 public:
  using Error::Error;
};

// Ctrl-C or SIGTERM was honoured: state is saved, exit code 130.
class Interrupted : public Error {
 public:
  using Error::Error;
};

}  // namespace derm
