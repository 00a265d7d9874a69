// The preprocessing contract: from the bytes of an image file to the network's input, the same for
// train, val, predict, the exported bundle and the browser page.
//
//   decode -> EXIF orientation -> RGB -> cleaning, where wanted -> geometry and resize to side_px x
//   side_px (uint8)
//          -> x / 255 -> (x - mean) / std, planes in the order R, G, B
//
// docs/preprocessing_contract.md says every step exactly.
#pragma once

#include <array>
#include <string>

#include "base/config.h"
#include "base/files.h"
#include "image/image.h"

namespace derm {

// What is done to a whole frame before it is resized; the steps are in data/clean.h. Off by
// default, and then it leaves no trace in the contract's text.
struct Clean {
  bool hair = false;
  std::string colour_constancy = "none";

  template <class V, class Self>
  static void visit(V& v, Self& c) {
    v("hair", c.hair, any(), "paint dark hairs over with the skin around them");
    v("colour_constancy", c.colour_constancy, one_of({"none", "shades_of_grey"}),
      "remove the colour of the light");
  }

  bool on() const { return hair || colour_constancy != "none"; }
  std::string text() const;  // "hair=true colour_constancy=none"; empty when off
};

struct Preprocess {
  int64_t side_px = 224;
  // stretch: both sides to side_px, aspect ignored (as the papers). crop: the short side to
  // round(side_px / crop_share), then the centre square. pad: the long side to side_px, then
  // padded with black to a centred square.
  std::string geometry = "stretch";
  std::string filter = "bilinear";  // antialiased, Pillow's arithmetic; or "bicubic"
  double crop_share = 0.875;        // side_px / short side before cropping (geometry crop only)
  std::vector<double> mean = {0.485, 0.456, 0.406};  // of x / 255, per channel R, G, B
  std::vector<double> std = {0.229, 0.224, 0.225};
  Clean clean;

  template <class V, class Self>
  static void visit(V& v, Self& c) {
    v("side_px", c.side_px, within(8, 2048), "side of the square network input, pixels");
    v("geometry", c.geometry, one_of({"stretch", "crop", "pad"}),
      "how a frame becomes a square: stretch ignores the aspect, as the papers do");
    v("filter", c.filter, one_of({"bilinear", "bicubic"}), "antialiased resize filter");
    v("crop_share", c.crop_share, within(0.1, 1), "input side / short side, for geometry crop");
    v("mean", c.mean, within(0, 1), "subtracted from x / 255, per channel R, G, B");
    v("std", c.std, within(1e-3, 10), "divides after the mean, per channel R, G, B");
    v("clean", c.clean, any(), "");
  }

  bool operator==(const Preprocess& other) const { return text() == other.text(); }

  // One line that says everything: "side_px=224 geometry=stretch filter=bilinear ...".
  std::string text() const;
  // 64 hex digits: sha256 of text(). Two contracts are the same exactly when these are equal.
  std::string hash() const;
  // Reverses text(). Throws Error naming the part that is wrong.
  static Preprocess from_text(const std::string& text);
};

// Throws Error naming the field that is out of its range.
void check_contract(const Preprocess& contract);

// Resizes a decoded (and cleaned) image to side_px x side_px by the contract's geometry and filter.
Image fit(const Image& image, const Preprocess& contract);

enum class Layout { kPlanes, kPixels };  // [3, H, W], or [H, W, 3] as channels_last wants it

// Writes the normalised image, float32, to `out`: 3 * width * height numbers.
void normalise(const Image& fitted, const Preprocess& contract, Layout layout, float* out);

}  // namespace derm
