// The localisation numbers of `explain`: heat maps of one network against lesion masks.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "cli/explain_images.h"
#include "eval/localisation.h"
#include "image/heat_map.h"
#include "image/preprocess.h"

namespace derm {

struct MaskScores {
  std::vector<size_t> rows;          // of the images that were scored
  std::vector<Localisation> images;  // one for each of these
  std::vector<std::string> lesions;  // their lesion ids; may be empty
  size_t without_mask = 0;           // no mask file, or a transformed copy that none fits
  size_t without_lesion = 0;         // a mask without a pixel of lesion
  LocalisationSummary summary;
};

// Throws Error where the folder is missing, or holds no mask of any of these images.
void check_masks(const ExplainedImages& images, const fs::path& masks);

// The heat map of image i over the whole input, 0 or more, not scaled.
using MapSource = std::function<HeatMap(size_t i)>;

// Each mask is fitted to the network's input as its image is. Throws Error where no mask has a
// lesion, or one is of another shape than its image.
MaskScores score_masks(const ExplainedImages& images, const Preprocess& contract,
                       const MapSource& maps, const fs::path& masks, double tolerance_px);

// Mean difference `other` - `one` of an energy or pointing value, over the images that both have.
// Throws Error where there is none.
MeanInterval paired_difference(const MaskScores& one, const MaskScores& other,
                               double Localisation::*value);

Json to_json(const MeanInterval& interval);
Json to_json(const MaskScores& scores, double tolerance_px);

struct TitledScores {
  std::string title;
  const MaskScores* scores = nullptr;
};

// A row for each network, the difference of the last two where `compared`, and what a constant map
// and the image's centre would reach.
std::string scores_table(const std::vector<TitledScores>& networks, bool compared);

}  // namespace derm
