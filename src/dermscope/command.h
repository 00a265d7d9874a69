// The shape of a command: a function that adds a subcommand; its callback runs the command, throws
// derm::Error, and may set `exit_code`.
#pragma once

#include <CLI/CLI.hpp>

namespace derm {

void add_predict(CLI::App& parent, int& exit_code);
void add_benchmark(CLI::App& parent, int& exit_code);
void add_verify(CLI::App& parent, int& exit_code);
void add_info(CLI::App& parent, int& exit_code);
void add_serve(CLI::App& parent, int& exit_code);

}  // namespace derm
