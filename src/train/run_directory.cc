#include "train/run_directory.h"

#include <torch/version.h>
#include <unistd.h>

#include <array>
#include <ctime>

#include "base/event_file.h"
#include "base/parallel.h"

namespace derm {
namespace {

std::string utc_now() {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &utc);
  return text.data();
}

Json environment() {
  std::array<char, 256> host{};
  ::gethostname(host.data(), host.size() - 1);
  return {{"started", utc_now()},    {"host", host.data()},       {"cores", hardware_threads()},
          {"compiler", __VERSION__}, {"libtorch", TORCH_VERSION}, {"dermdistill", DERM_VERSION}};
}

bool holds_run(const fs::path& folder) {
  return fs::exists(folder / "config.yaml");
}

fs::path free_name(const fs::path& out) {
  fs::path folder = out / "exp";
  for (int i = 2; fs::exists(folder); ++i) folder = out / fmt::format("exp{}", i);
  return folder;
}

}  // namespace

RunDirectory create_run_directory(const fs::path& out, const std::string& name, bool exist_ok) {
  const RunDirectory run{name.empty() ? free_name(out) : out / name};
  if (fs::exists(run.state()) && !exist_ok)
    throw Error("the folder already holds a run", run.path.string(),
                "another --name, --exist-ok to start it anew, or --resume to continue it");
  for (const char* stale : {"weights", "run.json", "results.csv", "log.jsonl", "log.txt"})
    fs::remove_all(run.path / stale);
  remove_event_files(run.path);
  std::error_code error;
  fs::create_directories(run.path / "weights", error);
  if (error) throw Error("cannot make the run folder", run.path.string(), "", error.message());
  return run;
}

RunDirectory open_run_directory(const fs::path& path) {
  if (!holds_run(path))
    throw Error("not a run directory", path.string(), "a folder with config.yaml");
  return {path};
}

void write_run_inputs(const RunDirectory& run, const RunConfig& config, const Manifest& manifest,
                      const std::string& command_line) {
  Manifest copy = manifest;
  copy.root = fs::absolute(manifest.root);
  write_manifest(run.manifest(), copy);
  write_json(run.path / "env.json", environment());
  write_file_atomic(run.path / "args.txt", command_line + "\n");
  write_file_atomic(run.config(), to_yaml(write_config(config)));
}

RunConfig read_run_config(const RunDirectory& run) {
  return read_run_config(read_yaml(run.config()));
}

}  // namespace derm
