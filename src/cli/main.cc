// dermdistill, the workbench: picks a command and turns exceptions into one message and a code.
#include <cstdio>

#include "base/error.h"
#include "base/interrupt.h"
#include "base/log.h"
#include "cli/command.h"

namespace {

constexpr derm::AddCommand kCommands[] = {
    derm::add_data,    derm::add_train,  derm::add_distill,  derm::add_val,
    derm::add_explain, derm::add_export, derm::add_quantize, derm::add_report,
    derm::add_compare, derm::add_study,  derm::add_runs,     derm::add_list,
};

int run(int argc, char** argv) {
  CLI::App app{
      "DermDistill: distil large skin-lesion classifiers into small ones.\n"
      "Research use only: not a medical device."};
  app.name("dermdistill");
  app.set_version_flag("--version", DERM_VERSION);
  app.require_subcommand(1);
  app.failure_message(CLI::FailureMessage::help);
  bool quiet = false;
  app.add_flag("-q,--quiet", quiet, "show only warnings, errors and the result");
  app.parse_complete_callback([&] { derm::log_to_stderr(quiet); });
  int exit_code = 0;
  for (const auto add : kCommands) add(app, exit_code);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : derm::kExitUsage;
  }
  return exit_code;
}

}  // namespace

int main(int argc, char** argv) {
  derm::catch_interrupts();
  try {
    return run(argc, argv);
  } catch (const derm::UsageError& error) {
    std::fprintf(stderr, "error: %s\n", error.what());
    return derm::kExitUsage;
  } catch (const derm::Interrupted& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return derm::kExitInterrupted;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "error: %s\n", error.what());
    return derm::kExitFailure;
  }
}
