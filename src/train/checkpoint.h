// weights/last.state: everything a run needs to go on, in one atomically replaced safetensors file.
//
// Tensors: "net/NAME" (student, aux, peers), "ema/NAME", "optim/NAME". The metadata key
// "checkpoint" holds the counters as JSON; "version" is kCheckpointVersion.
#pragma once

#include <optional>

#include "base/json.h"
#include "net/weights.h"

namespace derm {

inline constexpr int kCheckpointVersion = 1;

struct Checkpoint {
  TensorMap net, ema, optim;
  int64_t stage = 0, epoch = 0, step = 0;  // the next step to run
  int64_t optim_steps = 0, total_steps = 0;
  bool finished = false;
  Json schedule, selection;    // their own state()
  Json sums = Json::object();  // running losses of a begun epoch
  double epoch_seconds = 0, total_seconds = 0;
  Json history = Json::array();
};

void write_checkpoint(const fs::path& path, const Checkpoint& checkpoint);
// Nothing where there is no file. Throws Error naming what is damaged or of a newer version.
std::optional<Checkpoint> read_checkpoint(const fs::path& path);

}  // namespace derm
