// Finds images that show the same picture: re-encoded, resized, brightened, flipped or turned.
//
// Two steps. A 63-bit hash of the signs of the low frequencies (a DCT of a 32 x 32 grey thumbnail)
// proposes pairs: flips and turns only change signs and transpose, so the eight variants of one
// image need no second decode. A pair counts when the thumbnails, turned the same way, correlate,
// and their centres do too.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <vector>

#include "data/manifest.h"
#include "image/image.h"

namespace derm {

inline constexpr int kThumbnailSide = 32;

struct ImagePrint {
  uint64_t hash = 0;
  std::vector<uint8_t> grey;  // [32 * 32]; empty: the image was not read
};

ImagePrint image_print(const Image& image);

struct NearPair {
  size_t a = 0, b = 0;    // a < b
  double similarity = 0;  // correlation of the thumbnails
  int variant = 0;  // how b was turned to match a: bit 0 mirrored left-right, bit 1 top-bottom,
                    // bit 2 transposed before that
};

struct NearDuplicateOptions {
  int max_distance = 16;          // differing bits of 63 in the first step
  double min_similarity = 0.985;  // in the second; both chosen on HAM10000 (docs/data.md)
  double min_centre = 0.94;       // of the middle quarter alone: dark corners look alike
};

// All pairs, ordered by a and b. `progress(n)`: n more images were compared with all others.
std::vector<NearPair> near_duplicates(const std::vector<ImagePrint>& prints,
                                      const NearDuplicateOptions& options = {},
                                      const std::function<void(uint64_t)>& progress = {});

// The prints of a manifest's images, decoded in parallel. Rows without a sha256 (no file) and files
// that cannot be decoded get an empty print.
std::vector<ImagePrint> read_prints(const Manifest& manifest,
                                    const std::function<void(uint64_t)>& progress = {});

}  // namespace derm
