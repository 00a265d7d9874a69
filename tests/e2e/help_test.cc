// Every command explains itself.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "base/strings.h"
#include "e2e/program.h"

namespace derm::e2e {
namespace {

using ::testing::HasSubstr;

// The names below "Subcommands:" of a command's help.
std::vector<std::string> subcommands(const std::string& help) {
  std::vector<std::string> names;
  bool in_list = false;
  for (const auto& line : split(help, '\n')) {
    if (starts_with(line, "Subcommands:")) {
      in_list = true;
    } else if (in_list && line.size() > 2 && line.substr(0, 2) == "  " && line[2] != ' ') {
      names.push_back(line.substr(2, line.find_first_of(" ,", 2) - 2));
    } else if (!starts_with(line, "  ")) {
      in_list = false;
    }
  }
  return names;
}

// Calls `check` with every command that has no subcommand of its own, and its help.
using Program = std::function<Outcome(const Arguments&)>;

template <class Check>
size_t for_each_command(const Program& program, const Arguments& prefix, const Check& check) {
  Arguments asked = prefix;
  asked.emplace_back("--help");
  const auto outcome = program(asked);
  EXPECT_EQ(outcome.exit_code, 0) << join(asked, " ") << outcome.err;
  const auto below = subcommands(outcome.out);
  size_t count = 0;
  for (const auto& name : below) {
    Arguments longer = prefix;
    longer.push_back(name);
    count += for_each_command(program, longer, check);
  }
  if (!below.empty()) return count;
  check(join(prefix, " "), outcome.out);
  return 1;
}

size_t check_examples(const std::string& name, const Program& program) {
  return for_each_command(program, {}, [&](const std::string& command, const std::string& help) {
    const auto example = help.find("Example");
    ASSERT_NE(example, std::string::npos) << command << "\n" << help;
    EXPECT_THAT(help.substr(example), HasSubstr(name + " " + command)) << command;
  });
}

TEST(Help, OfEveryCommandShowsAnExampleThatNamesTheCommand) {
  EXPECT_GE(check_examples("dermdistill", run), 10u);
  EXPECT_GE(check_examples("dermscope", [](const Arguments& a) { return run_dermscope(a); }), 4u);
}

TEST(Help, SaysThatItIsNoMedicalDevice) {
  EXPECT_THAT(run({"--help"}).out, HasSubstr("not a medical device"));
  EXPECT_THAT(run_dermscope({"--help"}).out, HasSubstr("not a medical device"));
}

TEST(Help, VersionIsOneLine) {
  const auto outcome = run({"--version"});
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_THAT(outcome.out, ::testing::MatchesRegex("[0-9]+\\.[0-9]+\\.[0-9]+\n"));
}

TEST(Lists, NameTheNetworksTermsAndRecipes) {
  EXPECT_THAT(run({"list", "models"}).out, HasSubstr("mobilenet_v2_0.35"));
  EXPECT_THAT(run({"list", "terms"}).out, HasSubstr("kd"));
  EXPECT_THAT(run({"list", "recipes"}).out, HasSubstr("baseline"));
}

}  // namespace
}  // namespace derm::e2e
