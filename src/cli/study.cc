// `dermdistill study`: a published table, run here.
#include "study/study.h"

#include <cstdio>
#include <set>

#include "base/error.h"
#include "base/log.h"
#include "base/parallel.h"
#include "base/strings.h"
#include "cli/command.h"
#include "cli/study_folder.h"
#include "cli/study_plan.h"

namespace derm {
namespace {

std::vector<std::string> protocols_in(const std::vector<PlannedCell>& cells) {
  std::vector<std::string> out;
  for (const auto& planned : cells)
    if (std::find(out.begin(), out.end(), planned.cell.protocol) == out.end())
      out.push_back(planned.cell.protocol);
  return out;
}

// What makes the tables differ from the study as it is written.
std::vector<std::string> changes(const Study& study, const StudyFlags& flags) {
  std::vector<std::string> out, parts;
  const auto& scale = scale_named(flags.scale);
  if (scale.epochs < 1) parts.push_back(fmt::format("epochs x {}", scale.epochs));
  if (scale.largest_side > 0)
    parts.push_back(fmt::format("input at most {} px", scale.largest_side));
  if (flags.epochs) parts.push_back(fmt::format("epochs of each stage: {}", *flags.epochs));
  if (flags.imgsz) parts.push_back(fmt::format("input {} px", *flags.imgsz));
  parts.insert(parts.end(), flags.assignments.begin(), flags.assignments.end());
  if (!parts.empty())
    out.push_back("SCALED: not the study as it is written, but with " + join(parts, ", ") + ".");
  if (study.pretrained && flags.weights.empty())
    out.emplace_back("RANDOM INITIAL WEIGHTS: the study starts from ImageNet weights (--weights).");
  return out;
}

void print_plan(const std::vector<PlannedCell>& cells, const StudyFlags& flags) {
  const RunnerOptions options{flags.out, "dermdistill", flags.jobs, flags.threads};
  for (const auto& planned : cells) {
    const auto& cell = planned.cell;
    const bool done = cell_is_done(flags.out, cell.name);
    std::printf("%s: %s, %lld epochs, seed %lld%s%s\n", cell.name.c_str(), cell.network.c_str(),
                static_cast<long long>(epochs_of(planned.config)),
                static_cast<long long>(cell.seed),
                cell.teachers.empty() ? "" : (", after " + join(cell.teachers, ", ")).c_str(),
                done ? ", done" : "");
    if (!done)
      std::printf("  dermdistill %s\n", join(next_arguments(options, cell.name), " ").c_str());
  }
}

// Names what is not done; the exit code.
int conclude(const Runner& runner, const fs::path& out) {
  bool all = true;
  for (size_t i = 0; i < runner.cells().size(); ++i) {
    const auto& name = runner.cells()[i].cell.name;
    const auto& state = runner.states()[i];
    if (state.state == CellState::kFailed)
      logger().error("failed: {}, see {}", name, cell_log(out, name).string());
    if (state.state == CellState::kBlocked)
      logger().error("not run: {}, its teacher {} failed", name, state.blocked_by);
    all = all && state.state == CellState::kDone;
  }
  return all ? 0 : kExitFailure;
}

StudyNotes notes_for(const Study& study, const StudyFlags& flags,
                     const std::vector<PlannedCell>& cells) {
  StudyNotes notes;
  notes.lines = changes(study, flags);
  notes.cells = cells.size();
  describe_splits(protocols_in(cells), flags.out, notes);
  return notes;
}

int run_study(StudyFlags flags) {
  const Study study = load_study(flags.study);
  if (flags.out.empty()) flags.out = (fs::path("runs/study") / study.study).string();
  if (flags.jobs == 0)
    flags.jobs = std::max<size_t>(1, hardware_threads() / static_cast<size_t>(flags.threads));
  const auto cells = plan_cells(study, flags);
  check_permission(protocols_in(cells), flags.data);
  if (flags.dry_run) {
    print_plan(cells, flags);
    return 0;
  }
  const StudyLock lock(flags.out);
  make_splits(study, protocols_in(cells), flags.data, flags.out);
  check_cells(flags.out, cells);
  write_cell_recipes(flags.out, cells);
  StudyTables tables(flags.out, study, notes_for(study, flags, cells));
  tables.write(cells);
  log_info("{}: {} cells, {} side by side with {} thread{} each, in {}", study.study, cells.size(),
           flags.jobs, flags.threads, flags.threads == 1 ? "" : "s", flags.out);
  Runner runner({flags.out, "/proc/self/exe", flags.jobs, flags.threads}, cells);
  runner.run([&] { tables.write(cells); });
  log_info("written: {} (and .html, .csv)", tables.markdown().string());
  std::fputs(read_text(tables.markdown()).c_str(), stdout);
  return conclude(runner, flags.out);
}

void add_choice(CLI::App& app, StudyFlags& flags) {
  const auto list = [&](const char* name, auto& field, const char* help) {
    app.add_option(name, field, help)->delimiter(',')->allow_extra_args(false);
  };
  list("--recipes", flags.choice.recipes, "only these rows, by row or recipe, and their teachers");
  list("--protocols", flags.choice.protocols, "other protocols than the study's");
  list("--seeds", flags.choice.seeds, "other seeds than the study's");
  app.add_option("--scale", flags.scale,
                 "full; small: a tenth of the epochs, 128 px at most; tiny: a fiftieth, 64 px")
      ->capture_default_str();
  app.add_option("--epochs", flags.epochs, "of each stage of every run")
      ->check(CLI::Range(1, 1000000));
  app.add_option("--imgsz,--img-size,--image-size", flags.imgsz,
                 "side of the network input, pixels");
  app.add_option("--set", flags.assignments, "KEY.PATH=VALUE in every run's configuration")
      ->allow_extra_args(false);
}

}  // namespace

void add_study(CLI::App& parent, int& exit_code) {
  auto* app = parent.add_subcommand("study", "run the rows of a published table, and write it");
  auto flags = std::make_shared<StudyFlags>();
  app->add_option("study", flags->study, "name (`list studies`) or YAML file")->required();
  app->add_option("--out,--project,--work-dir", flags->out,
                  "folder of its runs and tables; default: runs/study/NAME");
  app->add_option("--weights,--pretrained", flags->weights,
                  "folder of ImageNet weights, NETWORK_imagenet.safetensors or NETWORK.pth");
  add_study_data_flags(*app, flags->data);
  add_choice(*app, *flags);
  app->add_option("--jobs", flags->jobs, "cells side by side; 0: as many as cores allow")
      ->check(CLI::Range(0, 1024))
      ->capture_default_str();
  app->add_option("--threads", flags->threads, "threads of each cell")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str();
  app->add_flag("--dry-run", flags->dry_run, "print the cells and their commands");
  app->footer(
      "Example:\n  dermdistill study ssd-kd-table-2 --dataset ISIC2019 --weights weights\n"
      "  dermdistill study leak-inflation --dataset generated --scale tiny --allow-image-split\n"
      "The same command again goes on where the last one ended.");
  app->callback([flags, &exit_code] { exit_code = run_study(*flags); });
}

}  // namespace derm
