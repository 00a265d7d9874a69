// What a session answers on images: the numbers that a bundle states.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "eval/calibration.h"
#include "image/preprocess.h"
#include "runtime/bundle.h"
#include "runtime/quality.h"
#include "runtime/session.h"

namespace derm {

// Images that the network was not trained on.
struct LabelledFiles {
  std::string split;
  std::vector<fs::path> files;
  std::vector<int64_t> labels;
  std::vector<std::string> groups;  // lesions; an empty name is a group of its own
};

// The normalised input of fitted images: [N, 3, side, side].
std::vector<float> network_input(const std::vector<Image>& images, const Preprocess& contract);

// Files begin to begin + count - 1, fitted by the contract. Throws the decoder's Error.
std::vector<Image> fitted_images(const std::vector<fs::path>& files, size_t begin, size_t count,
                                 const Preprocess& contract, int64_t threads);

struct Measured {
  LabelledLogits logits;
  std::vector<Quality> qualities;
};

struct MeasureOptions {
  int64_t threads = 0;                         // that fit images; 0: one per core
  std::function<void(int64_t)> progress = {};  // after every n images more
  // Sees each block of fitted images, its logits [n, K] and the name of its first image.
  std::function<void(const std::vector<Image>&, const Array&, const std::string&)> watch = {};
};

// Throws Error naming an image that cannot be read; Interrupted after Ctrl-C.
Measured measure(const Session& session, const Preprocess& contract, const LabelledFiles& images,
                 int64_t classes, const MeasureOptions& options);

// The answers to golden_images(), one image at a time.
std::vector<GoldenImage> golden_answers(const Session& session, const Preprocess& contract,
                                        const MeasureOptions& options);

}  // namespace derm
