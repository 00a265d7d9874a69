#include "report/gallery.h"

#include <algorithm>

#include "base/error.h"
#include "eval/confusion.h"
#include "eval/table.h"
#include "report/script_json.h"

namespace derm {
namespace {

struct WrongRow {
  size_t row = 0;
  double probability = 0;  // of the class that was chosen
};

void sort_by_confidence(std::vector<WrongRow>& rows) {
  std::stable_sort(rows.begin(), rows.end(), [](const WrongRow& a, const WrongRow& b) {
    return a.probability > b.probability;
  });
}

Json gallery_item_json(const GalleryItem& item) {
  return {{"run", valid_utf8(item.run)},
          {"image_id", valid_utf8(item.image_id)},
          {"truth", valid_utf8(item.truth)},
          {"truth_share", format_score(item.truth_probability, 2)},
          {"predicted", valid_utf8(item.predicted)},
          {"predicted_share", format_score(item.predicted_probability, 2)},
          {"missed", item.missed_melanoma},
          {"picture", item.picture},
          {"overlay", item.overlay}};
}

}  // namespace

std::vector<size_t> worst_errors(const Predictions& predictions, std::optional<size_t> melanoma,
                                 size_t count) {
  const Scores& scores = predictions.scores;
  std::vector<WrongRow> missed, others;
  for (size_t row = 0; row < scores.labels.size(); ++row) {
    const double* p = scores.row(static_cast<int64_t>(row));
    const int64_t chosen = arg_max(p, scores.classes), label = scores.labels[row];
    if (chosen == label) continue;
    const bool of_melanoma = melanoma && label == static_cast<int64_t>(*melanoma);
    (of_melanoma ? missed : others).push_back({row, p[chosen]});
  }
  sort_by_confidence(missed);
  sort_by_confidence(others);
  const size_t for_others = std::min(others.size(), count / 3);
  missed.resize(std::min(missed.size(), count - for_others));
  others.resize(std::min(others.size(), count - missed.size()));
  std::vector<size_t> out;
  for (const auto* kind : {&missed, &others})
    for (const auto& wrong : *kind) out.push_back(wrong.row);
  return out;
}

GalleryItem gallery_item(const ReportedRun& run, size_t row) {
  const Scores& scores = run.predictions->scores;
  const double* p = scores.row(static_cast<int64_t>(row));
  const auto chosen = static_cast<size_t>(arg_max(p, scores.classes));
  const auto label = static_cast<size_t>(scores.labels[row]);
  GalleryItem out;
  out.run = run.name;
  out.image_id = run.predictions->image_ids[row];
  out.truth = run.classes[label];
  out.predicted = run.classes[chosen];
  out.truth_probability = p[label];
  out.predicted_probability = p[chosen];
  out.missed_melanoma = run.melanoma() == label;
  return out;
}

Section gallery_section(const Gallery& gallery) {
  Section out("gallery", "Worst errors");
  if (!gallery.items.empty()) {
    out.note(
        "The errors that the network was most sure of, missed melanomas first. Beside each image, "
        "as the network sees it, the class activation map (Grad-CAM) of the class it chose: red is "
        "where the evidence for that class lies.");
    out.block("alert",
              {{"text",
                "This page now holds images of the data set. Where they are of patients, the data "
                "set's licence and the patients' consent govern who may see it: do not share "
                "this file where you may not share the images."}});
    Json items = Json::array();
    for (const auto& item : gallery.items) items.push_back(gallery_item_json(item));
    out.block("gallery", {{"pictures", items}});
  }
  out.list(gallery.gaps);
  return out;
}

}  // namespace derm
