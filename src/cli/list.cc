// `dermdistill list models|terms|recipes`: the tables, one line each.
#include "cli/command.h"

namespace derm {

void add_list(CLI::App& parent, int&) {
  auto* list = parent.add_subcommand("list", "print the networks, terms and recipes there are");
  list->require_subcommand(1);
}

}  // namespace derm
