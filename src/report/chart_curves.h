// What ROC and precision-recall charts share: bands, lines, sizes.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "report/charts.h"

namespace derm {

struct CurveData {
  Json curves = Json::array(), bands = Json::array();
  std::string areas;  // "teacher 0.83 (0.78 to 0.88), ..."
};

struct CurveWords {
  const char* kind;
  std::string class_name;
  const char *x, *y;  // titles of the axes
};

// Of the class of that name; nothing where the run does not know it.
std::optional<size_t> class_place(const ReportedRun& run, const std::string& class_name);

void add_band(Json& values, const ReportedRun& run, const std::vector<BandPoint>& band);
void append_area(std::string& areas, const std::string& run, double area, const Interval* interval);

// Layers: bands, lines.
Chart curve_chart(const std::vector<ReportedRun>& runs, const CurveData& data, CurveSize size,
                  const CurveWords& words);

}  // namespace derm
