// The shape of a command: a function that adds a subcommand to its parent. Its callback runs the
// command and throws derm::Error; it may set `exit_code` (kExitAuditFailed, ...).
#pragma once

#include <CLI/CLI.hpp>

namespace derm {

using AddCommand = void (*)(CLI::App& parent, int& exit_code);

// One line per command, in the order of `dermdistill --help`; each is defined in its own file.
// Top level:
void add_data(CLI::App& parent, int& exit_code);
void add_train(CLI::App& parent, int& exit_code);
void add_distill(CLI::App& parent, int& exit_code);
void add_val(CLI::App& parent, int& exit_code);
void add_explain(CLI::App& parent, int& exit_code);
void add_export(CLI::App& parent, int& exit_code);
void add_quantize(CLI::App& parent, int& exit_code);
void add_report(CLI::App& parent, int& exit_code);
void add_compare(CLI::App& parent, int& exit_code);
void add_study(CLI::App& parent, int& exit_code);
void add_runs(CLI::App& parent, int& exit_code);
void add_list(CLI::App& parent, int& exit_code);
// Below `data`:
void add_data_generate(CLI::App& parent, int& exit_code);
void add_data_split(CLI::App& parent, int& exit_code);
void add_data_check(CLI::App& parent, int& exit_code);
void add_data_stats(CLI::App& parent, int& exit_code);
void add_data_audit(CLI::App& parent, int& exit_code);
void add_data_cache(CLI::App& parent, int& exit_code);
// Below `runs`:
void add_runs_list(CLI::App& parent, int& exit_code);
void add_runs_show(CLI::App& parent, int& exit_code);
void add_runs_diff(CLI::App& parent, int& exit_code);

}  // namespace derm
