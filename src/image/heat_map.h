// Heat maps and their display: scaling to 0..1, bilinear enlargement, the jet colours over an
// image. Nothing here knows what made the map.
//
// Every function throws Error where a map is empty, holds another number of values than its size
// says, or holds a value that is not finite.
#pragma once

#include <vector>

#include "image/image.h"

namespace derm {

struct HeatMap {
  int width = 0, height = 0;
  std::vector<float> values;  // [height * width], row by row
};

// (value - smallest) / (largest - smallest): 0..1. A constant map becomes zeros.
HeatMap min_max(HeatMap map);

// Bilinear, align_corners = false: the centre of output pixel x lies at (x + 0.5) * map.width /
// width - 0.5, and beyond the outermost centres the edge goes on. Not antialiased: for smaller
// outputs it samples. Throws Error on a side below 1.
HeatMap upsample(const HeatMap& map, int width, int height);

// Bilinear too, but value i of a row or column lies at pixel first_px + i * step_px (graph/
// cell_grid.h knows where) and not on the tiles that upsample() takes for granted. Throws Error on
// a side or step that is not above 0.
HeatMap place(const HeatMap& map, double first_px, double step_px, int width, int height);

// share * jet(map) + (1 - share) * image, rounded. The map holds 0..1 and has the image's size; the
// share is 0..1; Error otherwise.
Image overlay(const Image& image, const HeatMap& map, double share = 0.4);

}  // namespace derm
