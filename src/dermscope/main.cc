// dermscope: classifies with a bundle. Starts in tens of milliseconds, needs no training library.
#include <cstdio>

#include "base/error.h"
#include "base/interrupt.h"
#include "base/log.h"
#include "dermscope/command.h"

namespace {

int run_dermscope(int argc, char** argv) {
  CLI::App app{
      "dermscope: classify dermoscopic images with a bundle.\n"
      "Research use only: not a medical device."};
  app.name("dermscope");
  app.set_version_flag("--version", DERM_VERSION);
  app.require_subcommand(1);
  app.failure_message(CLI::FailureMessage::help);
  bool quiet = false;
  app.add_flag("-q,--quiet", quiet, "show only warnings, errors and the result");
  app.parse_complete_callback([&] { derm::log_to_stderr(quiet); });
  int exit_code = 0;
  for (const auto add :
       {derm::add_predict, derm::add_serve, derm::add_benchmark, derm::add_verify, derm::add_info})
    add(app, exit_code);
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
    return run_dermscope(argc, argv);
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
