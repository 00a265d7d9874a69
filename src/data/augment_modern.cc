#include "data/augment_modern.h"

#include <algorithm>
#include <cmath>

#include "data/colour.h"
#include "data/geometry.h"
#include "image/resize.h"

namespace derm {
namespace {

constexpr int kCropDraws = 10;

class Modern : public Augment {
 public:
  Modern(const AugmentConfig& config, const Preprocess& contract)
      : config_(config),
        side_(static_cast<int>(contract.side_px)),
        stretch_(contract.geometry == "stretch"),
        filter_(filter_named(contract.filter)) {}

  Image apply(const Image& frame, Rng& rng) const override {
    // A stretched frame is seen with its aspect at evaluation, so crops vary about that aspect.
    const double aspect = stretch_ ? static_cast<double>(frame.width) / frame.height : 1.0;
    const CropBox box = draw_crop(frame.width, frame.height, aspect, config_, rng);
    Image out = resize(crop(frame, box), side_, side_, filter_);
    if (rng.chance(0.5)) out = hflip(out);
    // With the mirror, quarter turns are all eight symmetries of the square: up and down included.
    if (const auto turn = static_cast<int>(rng.below(4)); turn != 0) out = quarter_turn(out, turn);
    jitter(out, rng);
    return out;
  }

 private:
  static Image crop(const Image& frame, const CropBox& box) {
    Image out(box.width, box.height);
    for (int y = 0; y < box.height; ++y)
      std::copy_n(frame.row(box.top + y) + box.left * 3, box.width * 3, out.row(y));
    return out;
  }

  void jitter(Image& image, Rng& rng) const {
    const auto factor = [&](double range) { return rng.uniform(1 - range, 1 + range); };
    ColourJitter jitter;
    jitter.brightness = factor(config_.brightness);
    jitter.contrast = factor(config_.contrast);
    jitter.saturation = factor(config_.saturation);
    jitter.hue = rng.uniform(-config_.hue, config_.hue);
    apply_colour(image, colour_matrix(jitter, mean_luma(image)));
  }

  AugmentConfig config_;
  int side_;
  bool stretch_;
  Filter filter_;
};

}  // namespace

CropBox draw_crop(int width, int height, double aspect, const AugmentConfig& config, Rng& rng) {
  const double range = std::log(config.crop_ratio);
  for (int i = 0; i < kCropDraws; ++i) {
    const double area = rng.uniform(config.crop_min, 1) * width * height;
    const double shape = aspect * std::exp(rng.uniform(-range, range));
    const auto w = static_cast<int>(std::lround(std::sqrt(area * shape)));
    const auto h = static_cast<int>(std::lround(std::sqrt(area / shape)));
    if (w < 1 || h < 1 || w > width || h > height) continue;
    const auto left = static_cast<int>(rng.between(0, width - w));
    const auto top = static_cast<int>(rng.between(0, height - h));
    return {left, top, w, h};
  }
  return {0, 0, width, height};
}

std::shared_ptr<const Augment> make_modern(const AugmentConfig& config,
                                           const Preprocess& contract) {
  return std::make_shared<Modern>(config, contract);
}

}  // namespace derm
