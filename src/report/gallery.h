// The most confident errors of a run: which they are, and the pictures that the page shows of them.
#pragma once

#include <string>
#include <vector>

#include "report/run.h"
#include "report/section.h"

namespace derm {

struct GalleryItem {
  std::string run, image_id, truth, predicted;
  double truth_probability = 0, predicted_probability = 0;
  bool missed_melanoma = false;
  std::string picture, overlay;  // data URLs: as the network sees it, and the class activation map
};

struct Gallery {
  std::vector<GalleryItem> items;
  std::vector<std::string> gaps;  // "teacher: the images are not at /data/isic"
};

// Rows of the predictions, at most `count`: missed melanomas first, which take at most two thirds
// of the places where there are other errors; each kind by falling probability of the wrong class.
std::vector<size_t> worst_errors(const Predictions& predictions, std::optional<size_t> melanoma,
                                 size_t count);

// Without pictures yet. `row` is one of worst_errors().
GalleryItem gallery_item(const ReportedRun& run, size_t row);

Section gallery_section(const Gallery& gallery);

}  // namespace derm
