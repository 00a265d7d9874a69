#include "cli/val_isic.h"

#include <cstdio>

#include "base/csv.h"
#include "base/error.h"

namespace derm {
namespace {

IsicTruth truth_of(std::vector<std::string> categories, std::vector<std::string> images,
                   const std::vector<int64_t>& labels) {
  IsicTruth out;
  out.table.categories = std::move(categories);
  out.table.images = std::move(images);
  const auto k = static_cast<int64_t>(out.table.categories.size());
  for (const int64_t label : labels)
    for (int64_t c = 0; c < k; ++c) out.table.values.push_back(c == label ? 1 : 0);
  set_isic_weights(out);
  return out;
}

IsicTruth truth_of(const Manifest& manifest, Split split, const std::string& file) {
  std::vector<std::string> images;
  std::vector<int64_t> labels;
  for (const int64_t i : manifest.indices(split)) {
    images.push_back(manifest.rows[static_cast<size_t>(i)].image_id);
    labels.push_back(manifest.rows[static_cast<size_t>(i)].label);
  }
  if (images.empty()) throw Error("no image in this split", file, "", split_name(split));
  return truth_of(manifest.classes, images, labels);
}

IsicTruth read_truth(const fs::path& path, Split split) {
  const std::string text = read_text(path);
  if (parse_csv(text, path.string()).find("image")) return parse_isic_truth(text, path.string());
  return truth_of(read_manifest(path), split, path.string());
}

}  // namespace

IsicScore isic_score_of(const Predictions& predictions) {
  const IsicTable table{predictions.classes, predictions.image_ids,
                        predictions.scores.probabilities};
  return isic_score(truth_of(predictions.classes, predictions.image_ids, predictions.scores.labels),
                    table);
}

void score_submission(const fs::path& submission, const fs::path& truth, Split split, bool json) {
  const IsicTruth wanted = read_truth(truth, split);
  const auto score = isic_score(
      wanted,
      parse_isic_submission(read_text(submission), submission.string(), wanted.table.categories));
  std::fputs(json ? (to_json(score).dump(2) + "\n").c_str() : isic_table(score).c_str(), stdout);
}

}  // namespace derm
