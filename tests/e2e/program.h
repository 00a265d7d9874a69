// Runs the real programs as a user's shell does: arguments in, exit code and both outputs out.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "base/files.h"

namespace derm::e2e {

using Arguments = std::vector<std::string>;

struct Outcome {
  int exit_code = -1;  // -1: ended by `signal`
  int signal = 0;
  std::string out, err;
};

// A started command. Destroying one that still runs kills it.
class Running {
 public:
  Running(const Arguments& arguments, const fs::path& folder, const char* program = DERM_PROGRAM,
          const fs::path& in = "/dev/null");
  ~Running();
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  bool ended();  // without waiting
  void send(int signal);
  Outcome wait();  // ended by SIGKILL after kPatience

 private:
  bool reap(int options);

  fs::path out_, err_;
  pid_t pid_ = -1;
  int status_ = 0;
};

Outcome run(const Arguments& arguments);  // dermdistill
Outcome run_dermscope(const Arguments& arguments, const fs::path& in = "/dev/null");

// A temporary folder of this process, removed at its end.
const fs::path& scratch();

}  // namespace derm::e2e
