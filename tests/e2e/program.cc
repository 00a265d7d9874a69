#include "e2e/program.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <thread>

#include "base/error.h"

namespace derm::e2e {
namespace {

using namespace std::chrono_literals;
constexpr auto kPatience = 100s;
constexpr auto kPollEvery = 5ms;

class Scratch {
 public:
  Scratch() {
    std::string name = (fs::temp_directory_path() / "derm-e2e.XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw Error("cannot make a folder", name);
    path_ = name;
  }
  ~Scratch() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

pid_t spawn(const char* program, const Arguments& arguments, const fs::path& in,
            const fs::path& out, const fs::path& err) {
  std::vector<std::string> words = {program};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (auto& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);

  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  constexpr int kNew = O_WRONLY | O_CREAT | O_TRUNC;
  posix_spawn_file_actions_addopen(&files, 0, in.c_str(), O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&files, 1, out.c_str(), kNew, 0600);
  posix_spawn_file_actions_addopen(&files, 2, err.c_str(), kNew, 0600);
  pid_t pid = -1;
  const int failed = posix_spawn(&pid, program, &files, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&files);
  if (failed != 0) throw Error("cannot start the program", program);
  return pid;
}

}  // namespace

Running::Running(const Arguments& arguments, const fs::path& folder, const char* program,
                 const fs::path& in)
    : out_(folder / "stdout"), err_(folder / "stderr") {
  fs::create_directories(folder);
  pid_ = spawn(program, arguments, in, out_, err_);
}

Running::~Running() {
  if (pid_ < 0) return;
  kill(pid_, SIGKILL);
  reap(0);
}

bool Running::reap(int options) {
  if (pid_ < 0) return true;
  if (waitpid(pid_, &status_, options) != pid_) return false;
  pid_ = -1;
  return true;
}

bool Running::ended() {
  return reap(WNOHANG);
}

void Running::send(int signal) {
  if (pid_ >= 0) kill(pid_, signal);
}

Outcome Running::wait() {
  const auto end = std::chrono::steady_clock::now() + kPatience;
  while (!ended() && std::chrono::steady_clock::now() < end)
    std::this_thread::sleep_for(kPollEvery);
  if (!ended()) {
    send(SIGKILL);
    reap(0);
  }
  Outcome outcome;
  if (WIFEXITED(status_)) outcome.exit_code = WEXITSTATUS(status_);
  if (WIFSIGNALED(status_)) outcome.signal = WTERMSIG(status_);
  outcome.out = read_text(out_);
  outcome.err = read_text(err_);
  return outcome;
}

Outcome run(const Arguments& arguments) {
  return Running(arguments, scratch() / "outputs").wait();
}

Outcome run_dermscope(const Arguments& arguments, const fs::path& in) {
  return Running(arguments, scratch() / "outputs", DERM_DERMSCOPE, in).wait();
}

const fs::path& scratch() {
  static const Scratch kScratch;
  return kScratch.path();
}

}  // namespace derm::e2e
