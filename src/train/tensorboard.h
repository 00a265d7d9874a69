// The epochs of a run as TensorBoard's scalars, beside results.csv: train/loss, train/TERM_loss,
// val/METRIC, lr, images_per_s, seconds. A step is an epoch, counted over all stages.
#pragma once

#include <memory>
#include <vector>

#include "base/event_file.h"
#include "base/json.h"

namespace derm {

// The numbers of a row of the history; the names of its stage and epoch are left out.
std::vector<EventScalar> scalars_of(const Json& row);

class TensorBoard {
 public:
  explicit TensorBoard(fs::path folder) : folder_(std::move(folder)) {}

  // Writes the last of the rows. The first call makes the file, so that a run which had nothing
  // left to do adds none.
  void add(const Json& rows);

 private:
  fs::path folder_;
  std::unique_ptr<EventFile> file_;
};

}  // namespace derm
