#include "study/child.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "base/error.h"

namespace derm {
namespace {

constexpr int kCannotRun = 127;

int open_log(const fs::path& path) {
  if (path.has_parent_path()) fs::create_directories(path.parent_path());
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (file < 0) throw Error("cannot write the log", path.string(), "", std::strerror(errno));
  return file;
}

// Between fork and exec: only what is safe there.
[[noreturn]] void become(const char* program, char* const* argv, int log, pid_t parent) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (::getppid() != parent) ::_exit(kCannotRun);
  const int nothing = ::open("/dev/null", O_RDONLY);
  ::dup2(nothing, 0);
  ::dup2(log, 1);
  ::dup2(log, 2);
  ::execv(program, argv);
  ::_exit(kCannotRun);
}

}  // namespace

Child::Child(const ChildCommand& command) {
  const int log = open_log(command.log);
  std::vector<std::string> words = {"dermdistill"};
  words.insert(words.end(), command.arguments.begin(), command.arguments.end());
  std::vector<char*> argv;
  for (auto& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  const pid_t parent = ::getpid();
  pid_ = ::fork();
  if (pid_ == 0) become(command.program.c_str(), argv.data(), log, parent);
  const int error = errno;
  ::close(log);
  if (pid_ < 0) throw Error("cannot start a process", "", "", std::strerror(error));
}

Child::~Child() {
  if (pid_ < 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

Child::Child(Child&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), code_(std::exchange(other.code_, std::nullopt)) {}

std::optional<int> Child::ended() {
  int status = 0;
  if (pid_ >= 0 && ::waitpid(pid_, &status, WNOHANG) == pid_) {
    pid_ = -1;
    code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
  return code_;
}

void Child::stop() {
  if (pid_ >= 0) ::kill(pid_, SIGTERM);
}

}  // namespace derm
