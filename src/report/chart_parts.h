// Parts of specifications that several charts share.
#pragma once

#include "report/charts.h"

namespace derm {

// A quantitative field of shares, 0 to 100 %, on a fixed axis; a null title is that of the others.
Json share_axis(const char* field, const char* title);
Json quantity(const char* field, const char* title, const char* format);  // in a tooltip

// 0.8132, so that a page of thousands of points stays small; null where not finite.
Json rounded(double value);

// Points that no screen can tell from the one before are left out; the ends stay.
template <class Point, class Distance>
std::vector<Point> thinned(const std::vector<Point>& curve, const Distance& distance) {
  constexpr double kVisible = 0.002;
  std::vector<Point> out;
  for (size_t i = 0; i < curve.size(); ++i)
    if (i == 0 || i + 1 == curve.size() || distance(out.back(), curve[i]) > kVisible)
      out.push_back(curve[i]);
  return out;
}

}  // namespace derm
