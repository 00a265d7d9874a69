// The score of the ISIC challenges' classification tasks as their own scorer computes it
// (isic-challenge-scoring), which differs from eval/metrics.h: a row whose largest probability
// stands twice is undecided and so wrong, the other measures of a category call what is above 0.5,
// ratios without a denominator are 1, and rows have weights.
//
// Differs from the scorer: where a category has no positive or no negative of any weight, its AUCs
// and average precision are NaN and left out of the macro average (the scorer stops, or gives 0);
// columns of whole numbers are accepted.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/files.h"
#include "base/json.h"

namespace derm {

// Probabilities of N images by name, over the categories.
struct IsicTable {
  std::vector<std::string> categories, images;
  std::vector<double> values;  // [N * K]
};

struct IsicTruth {
  IsicTable table;                                      // above 0.5: of the category
  std::vector<double> score_weight, validation_weight;  // [N]
};

// Truth: the columns image, one per category, and score_weight and validation_weight where there
// are any (else 1). ISIC_0035068 always weighs 0. Throws Error naming file and line.
IsicTruth parse_isic_truth(std::string_view text, const std::string& file);
void set_isic_weights(IsicTruth& truth);  // all 1, and that image's 0

// A submission with exactly the columns image and `categories`, in any order; names may end in
// .jpg. Throws Error naming file and place: a column missing or too many, an image that stands
// twice, a value that is missing or outside [0, 1].
IsicTable parse_isic_submission(std::string_view text, const std::string& file,
                                const std::vector<std::string>& categories);

struct IsicCategoryScore {
  double accuracy = 0, sensitivity = 0, specificity = 0, dice = 0, ppv = 0, npv = 0;
  double auc = 0, auc_sens_80 = 0, ap = 0;
};

struct IsicScore {
  std::vector<std::string> categories;
  std::vector<IsicCategoryScore> per_category;
  IsicCategoryScore macro_average;
  double balanced_accuracy = 0;  // the score: mean sensitivity of decided rows by score_weight
  double validation = 0;         // the same by validation_weight
};

// Rows are matched by name. Throws Error naming images that one side lacks.
IsicScore isic_score(const IsicTruth& truth, const IsicTable& submission);

Json to_json(const IsicScore& score);  // the scorer's own keys
std::string isic_table(const IsicScore& score);

}  // namespace derm
