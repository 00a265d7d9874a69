// Predictions of one split as a CSV file: the columns of an ISIC submission (image and one
// probability per class, in class order), then label, split and lesion_id.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/files.h"
#include "eval/metrics.h"

namespace derm {

struct Predictions {
  std::vector<std::string> image_ids, lesion_ids;  // [N]; a lesion id may be empty
  std::vector<std::string> classes;                // [K], in label order
  std::string split;                               // "train", "val", "test"
  Scores scores;
};

// Atomic. Probabilities are written so that reading gives the same double. Throws Error where the
// parts do not fit together.
void write_predictions(const fs::path& path, const Predictions& predictions);
std::string predictions_csv(const Predictions& predictions);

// Throws Error naming file and line: columns missing or out of order, an image that stands twice, a
// label that is no class, a probability outside [0, 1], a row that does not sum to 1 (+- 0.001),
// more than one split, no row at all.
Predictions read_predictions(const fs::path& path);
Predictions parse_predictions(std::string_view text, const std::string& file);

}  // namespace derm
