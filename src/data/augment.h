// Random training pipelines: from a decoded frame to the network's input size, keyed by
// (seed, epoch, sample, view).
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/rng.h"
#include "image/image.h"
#include "image/preprocess.h"

namespace derm {

class Augment {
 public:
  virtual ~Augment() = default;
  // One augmented view: a frame of any size in, side_px x side_px out. A pure function of the
  // frame and the generator's key. `rng` was made with Purpose::kAugment.
  virtual Image apply(const Image& frame, Rng& rng) const = 0;
  // The same for a frame that came up before in this epoch (a repeat of a rare class).
  virtual Image apply_again(const Image& frame, Rng& rng) const { return apply(frame, rng); }
};

struct AugmentConfig {
  // none: the evaluation transform. ssdkd: the pipeline of the SSD-KD code. modern: random resized
  // crop, flips, quarter turns, colour jitter. dspkd: repeats get operations of RandAugment.
  std::string pipeline = "modern";
  // Colour and size are diagnostic: the defaults move them little.
  double crop_min = 0.6;     // modern: smallest share of the frame's area in a random crop
  double crop_ratio = 1.33;  // modern: largest aspect change of a crop
  double brightness = 0.1;   // modern: factor 1 +- this
  double contrast = 0.1;
  double saturation = 0.1;
  double hue = 0.01;  // modern: shift as a share of the colour circle
  bool shared_views = false;

  template <class V, class Self>
  static void visit(V& v, Self& c) {
    v("pipeline", c.pipeline, one_of({"none", "modern", "ssdkd", "dspkd"}),
      "random transforms of training images");
    v("crop_min", c.crop_min, within(0.05, 1), "modern: smallest area share of a random crop");
    v("crop_ratio", c.crop_ratio, within(1, 4), "modern: largest aspect change of a crop");
    v("brightness", c.brightness, within(0, 1), "modern: factor 1 +- this");
    v("contrast", c.contrast, within(0, 1), "modern: factor 1 +- this");
    v("saturation", c.saturation, within(0, 1), "modern: factor 1 +- this");
    v("hue", c.hue, within(0, 0.5), "modern: shift, share of the colour circle");
    // Differs from paper: SSD-KD's code draws anew for every turned copy of an image (false), so
    // that copies differ by more than the turn that self-supervision is about.
    v("shared_views", c.shared_views, any(), "one draw for the four turned copies of an image");
  }
};

std::shared_ptr<const Augment> make_augment(const AugmentConfig& config,
                                            const Preprocess& contract);

}  // namespace derm
