// A run directory as a report sees it. Parts may be absent (a run that still trains has no
// metrics): they are listed in `missing`. Damaged parts are errors.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "eval/predictions.h"
#include "report/cohort.h"
#include "report/history.h"
#include "report/run_measures.h"

namespace derm {

struct ReportedRun {
  fs::path folder;
  std::string name;
  std::string arch, recipe, teachers, best_metric;  // empty: not known
  std::string protocol, manifest_hash;  // of the evaluated data; of the training's where not told
  std::string trained_hash;             // manifest hash of the training
  std::string contract;                 // text of the preprocessing contract; empty: not known
  std::optional<int64_t> parameters, macs, seed, best_epoch;
  std::optional<double> size_mb;  // of weights/best.safetensors, 1 MB = 1,000,000 bytes
  std::optional<double> best_value, seconds_total;
  std::vector<Epoch> history;
  std::vector<std::string> classes;  // in label order
  std::optional<Metrics> metrics;    // of the split asked for
  std::optional<Predictions> predictions;
  std::optional<RunMeasures> measures;  // of the predictions, once measure_runs() was called
  std::optional<Cohort> manifest;       // absent where it is not the evaluated one
  std::vector<std::string> missing;     // "metrics_test.json: run `dermdistill val`"

  bool evaluated_on_other_split() const {
    return !trained_hash.empty() && trained_hash != manifest_hash;
  }
  // Index of melanoma among the classes.
  std::optional<size_t> melanoma() const;
  std::optional<double> melanoma_sensitivity() const;
};

// Throws Error where the folder is no run directory or a part of it is damaged.
ReportedRun read_reported_run(const fs::path& folder, const std::string& split);

// What its training alone says: run.json and results.csv.
ReportedRun read_trained_run(const fs::path& folder);

// All of them, with names made different where folders share one.
std::vector<ReportedRun> read_reported_runs(const std::vector<fs::path>& folders,
                                            const std::string& split);

// Fills `measures` of every run that has predictions: seconds for thousands of images.
void measure_runs(std::vector<ReportedRun>& runs, const Bootstrap& options = {});

}  // namespace derm
