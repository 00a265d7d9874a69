#include "data/lesion_mask.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"

namespace derm {
namespace {

// At the frame's width, the mask's height is the frame's up to a pixel of the coarser of the two.
bool same_shape(const Image& mask, const ImageSize& frame) {
  const double scale = static_cast<double>(frame.width) / mask.width;
  return std::abs(mask.height * scale - frame.height) <= std::max(1.0, scale);
}

}  // namespace

bool LesionMask::empty() const {
  return std::find(inside.begin(), inside.end(), true) == inside.end();
}

std::optional<fs::path> find_mask(const fs::path& folder, const std::string& image_id) {
  if (!fs::is_directory(folder)) throw Error("no such folder of masks", folder.string());
  for (const char* ending : {"_segmentation.png", "_mask.png", ".png"}) {
    const fs::path path = folder / (image_id + ending);
    if (fs::is_regular_file(path)) return path;
  }
  return std::nullopt;
}

LesionMask read_mask(const fs::path& path, const ImageSize& frame, const Preprocess& contract) {
  const Image mask = decode_file(path);
  if (!same_shape(mask, frame))
    throw Error("the mask has another shape than its image", path.string(),
                fmt::format("{} x {}, or a multiple of it", frame.width, frame.height),
                fmt::format("{} x {}", mask.width, mask.height));
  const Image fitted = fit(mask, contract);
  LesionMask out{fitted.width, fitted.height, {}};
  for (size_t i = 0; i < fitted.data.size(); i += 3) out.inside.push_back(fitted.data[i] > 127);
  return out;
}

}  // namespace derm
