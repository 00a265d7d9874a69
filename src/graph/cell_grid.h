// Where the values of a map lie in the image: the centres of their receptive fields.
#pragma once

#include <string>

#include "graph/graph.h"

namespace derm {

// Cell (y, x) of the map is centred at pixel (first_px + y * step_px, first_px + x * step_px);
// pixel 0 is the centre of the first pixel. Where the map tiles the image, first_px is
// (step_px - 1) / 2. Padded strided convolutions make it less: a 3 x 3 one with stride 2 and
// padding 1 reads around every even pixel, so that the maps of most networks lie half a cell to
// the upper left of their tiles.
struct CellGrid {
  double first_px = 0, step_px = 1;
};

// Of a tap that is a map; along the first input of every op. Throws Error for an unknown tap.
CellGrid cell_grid(const Graph& graph, const std::string& tap);

}  // namespace derm
