// Whether a saliency map points at the lesion: the share of its energy inside a lesion mask, and
// the pointing game, with bootstrap intervals over lesions. Plain numbers, no torch.
//
// Energy: the energy-based pointing game of Wang et al., "Score-CAM: Score-Weighted Visual
// Explanations for Convolutional Neural Networks", CVPR workshops 2020; a mask takes the place of
// the paper's bounding box. Pointing game: Zhang et al., "Top-Down Neural Attention by Excitation
// Backprop", IJCV 2018.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "eval/bootstrap.h"

namespace derm {

// A saliency map and the lesion's mask on the same pixels, row by row.
struct SaliencyCase {
  int64_t width = 0, height = 0;
  std::vector<double> map;   // [height * width], finite, 0 or more, of any scale
  std::vector<bool> inside;  // [height * width]
};

// One image. All are 0 to 1.
struct Localisation {
  // Sum of the map inside the mask / sum of the map. 0 for a map without energy.
  double energy = 0;
  // 1 where the map's maximum lies in the mask, or within the tolerance of it, else 0. Several
  // equal maxima count by the share of them that hit. 0 for a map without energy: it points
  // nowhere, and leaving it out would reward a network for staying silent on hard images.
  double pointing = 0;
  // What no network can take credit for: the mask's share of the image, which is the energy of a
  // constant map and, without tolerance, the pointing of a blind guess; and the pointing of the
  // image's centre (of a side of even length, the two middle pixels).
  double area = 0, centre = 0;
  bool silent = false;  // a map without energy
};

// Throws Error where map or mask have another size than they say, a value of the map is negative
// or not finite, the mask is empty (no map can be right) or the tolerance is negative. The
// tolerance is the distance between pixel centres; the pointing game's paper allows 15.
Localisation localise(const SaliencyCase& image, double tolerance_px = 0);

struct LocalisationSummary {
  int64_t images = 0, groups = 0, silent = 0;
  MeanInterval energy, pointing, area, centre;
};

LocalisationSummary summarise(const std::vector<Localisation>& images,
                              const std::vector<std::string>& groups,
                              const Bootstrap& options = {});

}  // namespace derm
