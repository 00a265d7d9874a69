#include "data/augment_ssdkd.h"

#include <opencv2/core/utility.hpp>

#include "data/augment_ssdkd_steps.h"
#include "data/geometry.h"

namespace derm {
namespace {

constexpr double kZoom = 0.25, kMirror = 0.5, kUpsideDown = 0.2, kRotate = 0.25, kBlur = 0.25,
                 kDropout = 0.1, kColour = 0.25;  // probabilities
constexpr double kMaxZoom = 2, kMaxDegrees = 120, kMaxSigma = 1.5, kMaxPixelRate = 0.05,
                 kCellRate = 0.02, kCellShare = 0.25;
constexpr int kMaxAdd = 15, kMaxHueSaturation = 10;

Image zoomed(const Image& frame, Rng& rng) {
  const double scale_x = rng.uniform(1, kMaxZoom);
  const double scale_y = rng.uniform(1, kMaxZoom);
  return ssdkd::zoom(frame, scale_x, scale_y);
}

void drop_one_kind(Image& image, Rng& rng) {
  if (rng.chance(0.5))
    ssdkd::drop_pixels(image, rng.uniform(0, kMaxPixelRate), rng);
  else
    ssdkd::drop_cells(image, kCellRate, kCellShare, rng);
}

void shift_colour(Image& image, Rng& rng) {
  const auto draw = [&](int range) { return static_cast<int>(rng.between(-range, range)); };
  if (rng.chance(0.5)) {
    const bool per_channel = rng.chance(0.5);
    const int r = draw(kMaxAdd), g = draw(kMaxAdd), b = draw(kMaxAdd);
    if (per_channel)
      ssdkd::add(image, {r, g, b});
    else
      ssdkd::add(image, {r, r, r});
  } else {
    const int hue = draw(kMaxHueSaturation), saturation = draw(kMaxHueSaturation);
    ssdkd::shift_hue_saturation(image, hue, saturation);
  }
}

class Ssdkd : public Augment {
 public:
  explicit Ssdkd(int side_px) : side_px_(side_px) {}

  Image apply(const Image& frame, Rng& rng) const override {
    Image image = rng.chance(kZoom) ? ssdkd::resize_cubic(zoomed(frame, rng), side_px_)
                                    : ssdkd::resize_cubic(frame, side_px_);
    if (rng.chance(kMirror)) image = hflip(image);
    if (rng.chance(kUpsideDown)) image = ssdkd::vflip(image);
    if (rng.chance(kRotate)) image = ssdkd::rotate(image, rng.uniform(-kMaxDegrees, kMaxDegrees));
    if (rng.chance(kBlur)) image = ssdkd::blur(image, rng.uniform(0, kMaxSigma));
    if (rng.chance(kDropout)) drop_one_kind(image, rng);
    if (rng.chance(kColour)) shift_colour(image, rng);
    return image;
  }

 private:
  int side_px_;
};

}  // namespace

std::shared_ptr<const Augment> make_ssdkd(const AugmentConfig&, const Preprocess& contract) {
  cv::setNumThreads(1);  // the loader's workers are the threads; more would fight for the cores
  return std::make_shared<Ssdkd>(static_cast<int>(contract.side_px));
}

}  // namespace derm
