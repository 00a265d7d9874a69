// The flags that `train` and `distill` share, and how they become one configuration:
// default < recipe < --config < flags and --set.
#pragma once

#include <CLI/CLI.hpp>

#include <optional>
#include <string>
#include <vector>

#include "train/config.h"

namespace derm {

struct TrainFlags {
  std::string recipe, config_file, out, name, resume;
  std::vector<std::string> assignments;  // --set
  std::vector<std::string> overrides;    // words key=value: applied after them
  std::vector<std::string> teachers, teacher_archs;
  std::optional<std::string> data, student, weights, optimizer, sched, sampler, class_weights;
  std::optional<std::string> augment, device, cache_dir;
  std::optional<int64_t> epochs, batch_size, imgsz, seed, workers, threads, patience;
  std::optional<double> lr, weight_decay, temperature, alpha, ema;
  bool exist_ok = false;
};

void add_train_flags(CLI::App& app, TrainFlags& flags);

// Initial weights state the normalisation that they were trained with: it is taken over unless the
// tree has one. True where it was.
bool adopt_normalisation(Tree& tree);

// Throws UsageError where data or student is missing.
RunConfig configure(const TrainFlags& flags);

// Starts or resumes the run that the flags describe, and prints its summary to stdout.
void run_training(const TrainFlags& flags, const std::string& default_out,
                  const std::string& command_line);

// The program's arguments as one line.
std::string command_line_of(const CLI::App& app);

}  // namespace derm
