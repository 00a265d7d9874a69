// `dermdistill data ...`: everything about images and labels before training.
#include "cli/command.h"

namespace derm {
namespace {

constexpr AddCommand kDataCommands[] = {
    add_data_generate, add_data_check, add_data_stats,
    add_data_split,    add_data_audit, add_data_cache,
};

}  // namespace

void add_data(CLI::App& parent, int& exit_code) {
  auto* data = parent.add_subcommand("data", "generate, check, split, audit and cache images");
  data->require_subcommand(1);
  for (const auto add : kDataCommands) add(*data, exit_code);
}

}  // namespace derm
