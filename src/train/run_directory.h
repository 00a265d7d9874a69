// The folder of a run: where each file lies, how the folder is chosen, and what is written first.
//
//   config.yaml  env.json  args.txt  manifest.csv (+ .json)  log.txt  log.jsonl  results.csv
//   events.out.tfevents.*  run.json  weights/{best,last}.safetensors  weights/last.state
//   metrics_<split>.json  predictions_<split>.csv
#pragma once

#include <string>

#include "base/json.h"
#include "data/manifest.h"
#include "train/config.h"

namespace derm {

struct RunDirectory {
  fs::path path;

  fs::path config() const { return path / "config.yaml"; }
  fs::path manifest() const { return path / "manifest.csv"; }
  fs::path log() const { return path / "log.txt"; }
  fs::path summary() const { return path / "run.json"; }
  fs::path best() const { return path / "weights" / "best.safetensors"; }
  // Student, auxiliary modules and peers at a stage's best epoch; stages count from 0.
  fs::path stage_best(int64_t stage) const {
    return path / "weights" / fmt::format("best_stage{}.state", stage + 1);
  }
  fs::path last() const { return path / "weights" / "last.safetensors"; }
  fs::path state() const { return path / "weights" / "last.state"; }
  fs::path metrics(const std::string& split) const { return path / ("metrics_" + split + ".json"); }
  fs::path predictions(const std::string& split) const {
    return path / ("predictions_" + split + ".csv");
  }
};

// OUT/NAME. An empty name takes the first free of exp, exp2, exp3, ... A named folder with a run
// that has begun is an Error unless `exist_ok`, which starts it anew.
RunDirectory create_run_directory(const fs::path& out, const std::string& name, bool exist_ok);
// An existing run. Throws Error where the folder is no run.
RunDirectory open_run_directory(const fs::path& path);

// config.yaml, env.json, args.txt and the copy of the manifest, before the first step.
void write_run_inputs(const RunDirectory& run, const RunConfig& config, const Manifest& manifest,
                      const std::string& command_line);

RunConfig read_run_config(const RunDirectory& run);

}  // namespace derm
