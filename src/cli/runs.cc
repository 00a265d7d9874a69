// `dermdistill runs ...`: which runs there are, what one is, how two differ.
#include "cli/command.h"

namespace derm {
namespace {

constexpr AddCommand kRunsCommands[] = {add_runs_list, add_runs_show, add_runs_diff};

}  // namespace

void add_runs(CLI::App& parent, int& exit_code) {
  auto* runs = parent.add_subcommand("runs", "list, show and diff run directories");
  runs->require_subcommand(1);
  for (const auto add : kRunsCommands) add(*runs, exit_code);
}

}  // namespace derm
