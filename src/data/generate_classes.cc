#include "data/generate_classes.h"

namespace derm::drawing {
namespace {

// Priors, ages, sexes and sites: shares counted in the ISIC 2019 training tables, rounded. Cues:
// the dermoscopic criteria of pattern analysis; rows with a chance below 0.3 are the mimics that
// keep the classes from being told apart by one sign.
ClassLook mel() {
  return {"MEL",
          0.1785,
          {.10, .20, .34, .36},
          {.50, .35, .15},
          {1.05, 1.8},
          {.22, .55},
          {.06, .35},
          {.35, .9},
          {.22, .42},
          61,
          16,
          .45,
          {.29, .10, .003, .20, .16, .18, .044, .004},
          {{Cue::kAtypicalNetwork, .62, {.5, 1.1}},
           {Cue::kStreaks, .50, {.5, 1.1}},
           {Cue::kBlotch, .60, {.4, 1.1}},
           {Cue::kVeil, .55, {.4, 1.}},
           {Cue::kRegression, .38, {.4, 1.}},
           {Cue::kGlobules, .35, {.4, .9}},
           {Cue::kShinyLines, .20, {.3, .8}},
           {Cue::kDots, .22, {.4, .9}},
           {Cue::kNetwork, .12, {.4, .8}},
           {Cue::kCysts, .06, {.3, .7}},
           {Cue::kUlcer, .06, {.4, .8}}},
          {1, 4}};
}

ClassLook nv() {
  return {"NV",
          0.5083,
          {.12, .32, .36, .20},
          {.62, .30, .08},
          {1.0, 1.5},
          {.03, .22},
          {.10, .45},
          {.05, .45},
          {.16, .38},
          45,
          16,
          .51,
          {.34, .18, .003, .07, .12, .27, .015, .002},
          {{Cue::kNetwork, .62, {.5, 1.1}},
           {Cue::kGlobules, .42, {.5, 1.1}},
           {Cue::kBlotch, .16, {.3, .7}},
           {Cue::kAtypicalNetwork, .08, {.3, .7}},
           {Cue::kStreaks, .05, {.4, .9}},
           {Cue::kVeil, .05, {.3, .6}},
           {Cue::kRegression, .06, {.3, .6}},
           {Cue::kCysts, .06, {.3, .7}},
           {Cue::kDots, .08, {.3, .7}},
           {Cue::kScar, .05, {.3, .6}}},
          {0, 4}};
}

ClassLook bcc() {
  return {"BCC",
          0.1312,
          {.58, .26, .12, .04},
          {.25, .50, .25},
          {1.0, 1.6},
          {.12, .40},
          {.15, .6},
          {.15, .6},
          {.18, .40},
          66,
          15,
          .40,
          {.34, .06, .002, .35, .11, .14, .0, .0},
          {{Cue::kArborising, .78, {.5, 1.1}},
           {Cue::kNests, .50, {.5, 1.1}},
           {Cue::kLeaves, .35, {.5, 1.1}},
           {Cue::kUlcer, .36, {.5, 1.}},
           {Cue::kShinyLines, .40, {.4, 1.}},
           {Cue::kDots, .10, {.3, .7}},
           {Cue::kScale, .10, {.3, .6}},
           {Cue::kCysts, .06, {.3, .6}},
           {Cue::kHairpins, .06, {.3, .7}}},
          {7, 3, 0}};
}

ClassLook ak() {
  return {"AK",
          0.0342,
          {.52, .32, .13, .03},
          {.20, .45, .35},
          {1.0, 1.6},
          {.15, .45},
          {.3, .7},
          {.15, .6},
          {.20, .42},
          67,
          12,
          .47,
          {.11, .005, .0, .70, .09, .08, .007, .0},
          {{Cue::kStrawberry, .74, {.5, 1.1}},
           {Cue::kScale, .62, {.4, 1.}},
           {Cue::kFollicles, .55, {.5, 1.}},
           {Cue::kDots, .15, {.3, .7}},
           {Cue::kNetwork, .10, {.3, .7}},
           {Cue::kCoils, .08, {.3, .6}},
           {Cue::kFingerprint, .06, {.3, .6}}},
          {7, 4}};
}

ClassLook bkl() {
  return {"BKL",
          0.1036,
          {.16, .34, .32, .18},
          {.55, .33, .12},
          {1.0, 1.7},
          {.10, .42},
          {.02, .16},
          {.15, .6},
          {.18, .42},
          64,
          15,
          .43,
          {.17, .09, .002, .40, .09, .17, .003, .005},
          {{Cue::kCysts, .62, {.5, 1.1}},
           {Cue::kComedones, .50, {.5, 1.1}},
           {Cue::kRidges, .46, {.5, 1.1}},
           {Cue::kFingerprint, .26, {.5, 1.}},
           {Cue::kHairpins, .18, {.4, .9}},
           {Cue::kBlotch, .15, {.3, .8}},
           {Cue::kNetwork, .12, {.3, .8}},
           {Cue::kVeil, .08, {.3, .7}},
           {Cue::kRegression, .10, {.3, .8}},
           {Cue::kScale, .12, {.3, .7}},
           {Cue::kGlobules, .08, {.3, .7}}},
          {0, 1}};
}

ClassLook df() {
  return {"DF",
          0.0094,
          {.26, .46, .24, .04},
          {.30, .50, .20},
          {1.0, 1.3},
          {.04, .22},
          {.3, .7},
          {.05, .35},
          {.16, .36},
          52,
          15,
          .49,
          {.18, .01, .0, .0, .22, .59, .0, .0},
          {{Cue::kScar, .85, {.6, 1.1}},
           {Cue::kRingNetwork, .80, {.5, 1.1}},
           {Cue::kShinyLines, .25, {.3, .8}},
           {Cue::kDots, .15, {.3, .7}},
           {Cue::kGlobules, .08, {.3, .7}}},
          {1, 2}};
}

ClassLook vasc() {
  return {"VASC",
          0.0100,
          {.62, .26, .10, .02},
          {.10, .35, .55},
          {1.0, 1.5},
          {.05, .30},
          {.05, .35},
          {.15, .5},
          {.12, .34},
          53,
          20,
          .49,
          {.35, .10, .0, .16, .10, .27, .012, .008},
          {{Cue::kLacunae, .93, {.6, 1.1}},
           {Cue::kVeil, .15, {.3, .7}},
           {Cue::kBloodSpots, .15, {.3, .8}},
           {Cue::kScale, .08, {.3, .6}}},
          {0, 2}};
}

ClassLook scc() {
  return {"SCC",
          0.0248,
          {.56, .28, .13, .03},
          {.20, .45, .35},
          {1.0, 1.5},
          {.12, .42},
          {.12, .5},
          {.2, .6},
          {.20, .42},
          71,
          11,
          .32,
          {.18, .04, .0, .28, .18, .30, .02, .0},
          {{Cue::kKeratinMass, .55, {.5, 1.}},
           {Cue::kWhiteCircles, .50, {.5, 1.}},
           {Cue::kCoils, .56, {.5, 1.1}},
           {Cue::kHairpins, .42, {.5, 1.1}},
           {Cue::kBloodSpots, .46, {.5, 1.}},
           {Cue::kScale, .36, {.4, 1.}},
           {Cue::kUlcer, .16, {.4, .9}},
           {Cue::kArborising, .10, {.3, .6}},
           {Cue::kStrawberry, .08, {.3, .6}}},
          {2, 3}};
}

}  // namespace

const std::vector<ClassLook>& class_looks() {
  static const std::vector<ClassLook> looks = {mel(), nv(), bcc(),  ak(),
                                               bkl(), df(), vasc(), scc()};
  return looks;
}

const std::vector<std::string>& site_names() {
  static const std::vector<std::string> names = {
      "anterior torso",  "posterior torso", "lateral torso", "head/neck",
      "upper extremity", "lower extremity", "palms/soles",   "oral/genital"};
  return names;
}

}  // namespace derm::drawing

namespace derm {

const std::vector<std::string>& generated_classes() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> list;
    for (const auto& look : drawing::class_looks()) list.push_back(look.name);
    return list;
  }();
  return names;
}

}  // namespace derm
