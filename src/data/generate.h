// Dermoscopic images made by the program: a data set in ISIC 2019's layout that needs no download,
// for demos, tests and benchmarks. It teaches nothing about real skin: never mix it into a study.
//
// Eight classes share their colours and differ in structure (generate_classes.cc has the table);
// docs/generated_data.md describes the model and its limits. Everything is a pure function of
// (seed, lesion number, image number).
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/config.h"
#include "base/files.h"
#include "image/image.h"

namespace derm {

struct GenerateOptions {
  int64_t images = 600;
  int64_t seed = 0;
  int64_t imgsz = 256;
  double label_noise = 0.03;
  double images_per_lesion = 1.5;
  int64_t threads = 0;
  bool exist_ok = false;

  template <class V, class Self>
  static void visit(V& v, Self& c) {
    v("images", c.images, within(1, 1'000'000), "number of images to draw");
    v("seed", c.seed, at_least(0), "same seed, same bytes, for any number of threads");
    v("imgsz", c.imgsz, within(32, 2048), "short side of the 4:3 frames, pixels");
    v("label_noise", c.label_noise, within(0, 0.5),
      "share of lesions whose label is not the class that was drawn");
    v("images_per_lesion", c.images_per_lesion, within(1, 20), "mean number of images of a lesion");
    v("threads", c.threads, within(0, 1024), "threads that draw; 0: one per core");
    v("exist_ok", c.exist_ok, any(), "write into a folder that is not empty");
  }
};

// What can be seen in a drawn lesion. The number of a cue keys its random stream.
enum class Cue {
  kNetwork,
  kAtypicalNetwork,
  kGlobules,
  kStreaks,
  kBlotch,
  kVeil,
  kRegression,
  kNests,
  kLeaves,
  kArborising,
  kUlcer,
  kShinyLines,
  kStrawberry,
  kFollicles,
  kScale,
  kCysts,
  kComedones,
  kRidges,
  kFingerprint,
  kScar,
  kRingNetwork,
  kLacunae,
  kWhiteCircles,
  kKeratinMass,
  kCoils,
  kHairpins,
  kBloodSpots,
  kDots,
  kCount
};
inline constexpr size_t kCueCount = static_cast<size_t>(Cue::kCount);

// The skin around a lesion. Densities are optical: 0 none, 1 plainly visible.
struct SkinSpec {
  double ita_degrees = 45;  // individual typology angle: 55 very light ... -30 dark
  double melanin = 0.1;     // density that follows from the angle
  double blood = 0.2;
  double texture = 1;                   // strength of lines, pores and mottling
  double freckles = 0;                  // share of sun-damaged blotches
  double hair = 0;                      // 0 bare ... 1 dense
  std::array<double, 3> hair_colour{};  // linear RGB
};

// One lesion: what all its images share. Lengths are in mean lesion radii.
struct LesionSpec {
  uint64_t seed = 0;
  uint64_t number = 0;
  int64_t label = 0;  // the class that is drawn: index into generated_classes()
  SkinSpec skin;
  double radius = 0.3;      // of the frame's short side at the usual distance
  double aspect = 1;        // long axis / short axis
  double irregularity = 0;  // how far the border strays
  double softness = 0.2;    // width of the border's fade
  double variegation = 0;   // how much the colours vary across
  double melanin = 1, blood = 0.2;
  double venous = 0.3;                   // 0 bright red ... 1 blue-red
  std::array<double, kCueCount> cues{};  // strength of each cue, 0: absent
};

// One photograph of a lesion.
struct Shot {
  uint64_t number = 0;            // keys pose, light, device and artefacts
  int width = 341, height = 256;  // px, at least 8
  bool plain = false;  // centred, even light, no hair or other artefacts: for looking and tests
};

// MEL NV BCC AK BKL DF VASC SCC: ISIC 2019's columns without UNK.
const std::vector<std::string>& generated_classes();

LesionSpec make_lesion(uint64_t seed, uint64_t number, int64_t label);
Image render(const LesionSpec& lesion, const Shot& shot);

// The rows of both tables before anything is drawn.
struct GeneratedImage {
  std::string image_id;
  uint64_t lesion = 0;
  int64_t drawn_label = 0, label = 0;  // they differ where label noise struck
  int64_t age = -1;                    // -1: missing
  std::string lesion_id, site, sex;    // empty: missing
};
std::vector<GeneratedImage> plan_dataset(const GenerateOptions& options);

// Writes OUT/ISIC_2019_Training_Input/*.jpg, then OUT/ISIC_2019_Training_Metadata.csv and last
// OUT/ISIC_2019_Training_GroundTruth.csv; `drawn(n)` is called after every n more images, from any
// thread but one at a time. Throws Error where `out` is not empty (unless exist_ok) or cannot be
// written, Interrupted after Ctrl-C.
void generate_dataset(const fs::path& out, const GenerateOptions& options,
                      const std::function<void(uint64_t)>& drawn = {});

}  // namespace derm
