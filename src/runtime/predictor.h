// From the bytes of an image file to probabilities: the bundle's contract, its network, its limits.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "image/heat_map.h"
#include "image/image.h"
#include "runtime/bundle.h"
#include "runtime/quality.h"
#include "runtime/session.h"

namespace derm {

struct PredictorOptions {
  int64_t threads = 1;  // of one run; 0: one per core
};

struct Prediction {
  std::vector<double> logits, probabilities;  // [K], in the order of classes()
  size_t top = 0;                             // the most probable class, the first where they tie
  double energy = 0;                          // energy_score() of the logits
  Quality quality;
  std::vector<std::string> warnings;  // of quality; empty where the bundle has no limits
};

// Safe to use from several threads at once.
class Predictor {
 public:
  // Throws Error where the model does not do what the metadata say.
  explicit Predictor(Bundle bundle, const PredictorOptions& options = {});

  const Bundle& bundle() const { return bundle_; }
  const std::vector<std::string>& classes() const { return bundle_.metadata.classes; }

  // JPEG or PNG bytes; `name` is for messages. Throws Error as decode() does.
  Image fitted(ByteView bytes, const std::string& name) const;
  Image fitted(const Image& upright) const;
  Prediction predict(ByteView bytes, const std::string& name) const;

  // Fitted images, side_px x side_px, in one run of the network.
  std::vector<Prediction> predict(const std::vector<Image>& images) const;
  // [K] maps of h x w values, larger where more speaks for the class. Throws Error where the bundle
  // has none.
  std::vector<HeatMap> class_maps(const Image& image) const;
  // What speaks for the class: its map without the negative part, scaled to 0..1, over the fitted
  // image.
  Image class_overlay(const Image& image, size_t label) const;

 private:
  void check_model() const;
  std::vector<float> input_of(const std::vector<Image>& images) const;

  Bundle bundle_;
  Session session_;
};

}  // namespace derm
