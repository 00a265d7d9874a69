// `val --isic-official`: the ISIC challenges' own score, of a network's predictions or of a
// submission's file without any network.
#pragma once

#include <string>

#include "data/manifest.h"
#include "eval/isic_score.h"
#include "eval/predictions.h"

namespace derm {

// Every image counts once, but for the one that the challenge never scores.
IsicScore isic_score_of(const Predictions& predictions);

// `truth` is a ground truth of the challenge (a column `image`), or a manifest, of which `split`
// counts. Prints a table, or JSON.
void score_submission(const fs::path& submission, const fs::path& truth, Split split, bool json);

}  // namespace derm
