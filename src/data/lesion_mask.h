// Lesion masks beside images: grey PNG files, white where the lesion is, as the ISIC archive and
// HAM10000 hand them out; brought onto the pixels that a network sees.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/files.h"
#include "image/decode.h"
#include "image/preprocess.h"

namespace derm {

struct LesionMask {
  int width = 0, height = 0;
  std::vector<bool> inside;  // [height * width], row by row

  bool empty() const;  // no pixel of lesion
};

// FOLDER/ID_segmentation.png, ID_mask.png or ID.png, the first that there is. Throws Error where
// the folder does not exist.
std::optional<fs::path> find_mask(const fs::path& folder, const std::string& image_id);

// The mask side_px x side_px: fitted as its image is, by the contract's geometry and filter, then
// lesion where the grey is above 127. A `pad` geometry's border is no lesion. `frame` is the size
// of the whole image; the mask may be larger or smaller, but not of another shape: Error naming
// the file, as for a file that cannot be read.
LesionMask read_mask(const fs::path& path, const ImageSize& frame, const Preprocess& contract);

}  // namespace derm
