// The table that says how the eight classes look and whom they strike. Internal to the generator.
#pragma once

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "data/generate.h"

namespace derm::drawing {

struct Range {
  double low = 0, high = 0;
};

struct CueRow {
  Cue cue;
  double chance;   // that a lesion of the class shows it
  Range strength;  // where it does
};

struct ClassLook {
  std::string name;
  double prior;                   // share of ISIC 2019's images
  std::array<double, 4> pigment;  // weights of the palettes pale, tan, brown, dark
  std::array<double, 3> flush;    // weights of calm, pink, red
  Range aspect, irregularity, softness, variegation, radius;
  double age_mean, age_deviation;  // years
  double female;                   // share
  std::array<double, 8> sites;     // weights, in the order of site_names()
  std::vector<CueRow> cues;
  std::vector<int64_t> mistaken_for;  // classes that label noise turns it into
};

const std::vector<ClassLook>& class_looks();  // in the order of generated_classes()
const std::vector<std::string>& site_names();

// An index drawn with those weights; `at` is uniform in [0, 1).
template <class Weights>
size_t weighted_choice(const Weights& weights, double at) {
  double total = 0, sum = 0;
  for (const double w : weights) total += w;
  size_t last = 0;
  for (size_t i = 0; i < weights.size(); ++i) {
    if (weights[i] <= 0) continue;
    last = i;
    sum += weights[i];
    if (at * total < sum) return i;
  }
  return last;
}

}  // namespace derm::drawing
