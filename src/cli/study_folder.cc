#include "cli/study_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <thread>

#include "base/error.h"
#include "base/interrupt.h"
#include "base/log.h"
#include "study/cell_config.h"

namespace derm {
namespace {

using namespace std::chrono_literals;
constexpr auto kAskEvery = 200ms;

std::string split_hash(const fs::path& manifest) {
  return read_json(fs::path(manifest).replace_extension(".json")).value("split_hash", "");
}

void check_cell(const fs::path& out, const PlannedCell& planned) {
  const fs::path run = out / planned.cell.name;
  if (!fs::exists(run / "config.yaml")) return;
  const auto key = first_difference(planned.config, read_yaml(run / "config.yaml").value);
  if (!key.empty())
    throw Error(fmt::format("the cell {} was run with another '{}'", planned.cell.name, key),
                (run / "config.yaml").string(),
                "the study as it was, another --out, or remove the folder to run it again");
  if (split_hash(run / "manifest.csv") != split_hash(split_file(out, planned.cell.protocol)))
    throw Error(fmt::format("the cell {} was run on another split", planned.cell.name),
                (run / "manifest.csv").string(), split_file(out, planned.cell.protocol).string());
}

}  // namespace

StudyLock::StudyLock(const fs::path& out) {
  fs::create_directories(out);
  const fs::path path = out / ".lock";
  // Without O_CLOEXEC: the cells inherit the lock.
  fd_ = ::open(path.c_str(), O_RDWR | O_CREAT, 0644);  // NOLINT(android-cloexec-open)
  if (fd_ < 0) throw Error("cannot write into folder", out.string(), "", std::strerror(errno));
  bool told = false;
  while (::flock(fd_, LOCK_EX | LOCK_NB) != 0 && (errno == EWOULDBLOCK || errno == EINTR)) {
    if (!told)
      log_info("{}: another study, or runs that it left, work here; waiting", out.string());
    told = true;
    if (interrupt_requested()) throw Interrupted("interrupted");
    std::this_thread::sleep_for(kAskEvery);
  }
}

StudyLock::~StudyLock() {
  if (fd_ >= 0) ::close(fd_);
}

void check_cells(const fs::path& out, const std::vector<PlannedCell>& cells) {
  for (const auto& planned : cells) check_cell(out, planned);
}

void write_cell_recipes(const fs::path& out, const std::vector<PlannedCell>& cells) {
  fs::create_directories(out / "configs");
  for (const auto& planned : cells)
    write_file_atomic(cell_recipe(out, planned.cell.name), to_yaml(planned.config));
}

StudyTables::StudyTables(fs::path out, Study study, StudyNotes notes)
    : out_(std::move(out)), study_(std::move(study)), notes_(std::move(notes)) {}

void StudyTables::write(const std::vector<PlannedCell>& cells) {
  std::vector<FinishedCell> now;
  for (const auto& planned : cells) {
    const auto& cell = planned.cell;
    if (!cell_is_done(out_, cell.name)) continue;
    const auto known = std::find_if(finished_.begin(), finished_.end(),
                                    [&](const auto& f) { return f.cell.name == cell.name; });
    if (known != finished_.end())
      now.push_back(*known);
    else
      now.push_back({cell, measure_run(read_predictions(out_ / cell.name / "predictions_test.csv"),
                                       study_.metrics())});
  }
  finished_ = std::move(now);
  const StudyTable table = study_table(study_, finished_, notes_);
  write_file_atomic(markdown(), table_markdown(table));
  write_file_atomic(out_ / "table.html", table_html(table));
  write_file_atomic(out_ / "table.csv", table_csv(study_, finished_, notes_));
}

}  // namespace derm
