// A program that runs beside this one, with its output in a file.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "base/files.h"

namespace derm {

struct ChildCommand {
  fs::path program = "/proc/self/exe";  // this program
  std::vector<std::string> arguments;   // without the program's name
  fs::path log;                         // both outputs are added to it
};

// Starts at once. It has a process group of its own, so that Ctrl-C in a terminal reaches this
// process alone, which passes it on once; and it is asked to stop when this process dies. A child
// that still runs is killed by the destructor.
class Child {
 public:
  explicit Child(const ChildCommand& command);  // throws Error
  ~Child();
  Child(Child&& other) noexcept;
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  Child& operator=(Child&&) = delete;

  // The exit code once it has ended, 128 + the signal that ended it; nothing while it runs.
  std::optional<int> ended();
  void stop();  // SIGTERM: it saves and ends

 private:
  pid_t pid_ = -1;
  std::optional<int> code_;
};

}  // namespace derm
