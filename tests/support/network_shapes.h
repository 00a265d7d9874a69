// What a family's maps look like where they differ from the usual: strides 2, 4, 8, 16 and 32 of
// stem and stages, and sides that are rounded up.
#pragma once

#include <array>
#include <string>

#include "base/strings.h"

namespace derm::testing {

struct MapSides {
  std::array<int64_t, 5> strides = {2, 4, 8, 16, 32};  // stem, stage1 ... stage4
  bool rounded_up = true;                              // at sides that the stride does not divide
  int64_t lost_px = 0;                                 // at most, by windows without padding
};

inline MapSides map_sides(const std::string& network) {
  if (starts_with(network, "convnext")) return {{4, 4, 8, 16, 32}, false};
  if (network == "small_cnn") return {{2, 4, 8, 16, 16}, false};
  if (network == "squeezenet1_1") return {{2, 4, 8, 16, 16}, false, 1};
  if (network == "dsnet") return {{2, 4, 4, 4, 4}, false, 4};
  return {};
}

inline constexpr std::array<const char*, 5> kStages = {"stem", "stage1", "stage2", "stage3",
                                                       "stage4"};

}  // namespace derm::testing
