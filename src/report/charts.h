// The page's charts as Vega-Lite specifications: data and encodings, no drawing. Colours of text,
// axes and grid come from the page (page.js), colours of runs from here.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "report/run.h"

namespace derm {

struct Chart {
  std::string title, note;  // the note may be empty
  Json spec;
};

// Loss and validation balanced accuracy against epoch, all runs in each.
std::vector<Chart> history_charts(const std::vector<ReportedRun>& runs);

// One heat map: rows (true classes) sum to 1, cells show counts. Nothing without metrics.
std::optional<Chart> confusion_chart(const ReportedRun& run);

// Recall of each class, one bar per run.
std::optional<Chart> recall_chart(const std::vector<ReportedRun>& runs);

// Sensitivity against false positive rate for melanoma, and where each run's own decisions lie.
std::optional<Chart> melanoma_roc_chart(const std::vector<ReportedRun>& runs);

// Parts that the charts share.
Json chart_base(const std::string& description, int height_px);
Json run_colour(const std::vector<ReportedRun>& runs);  // the "color" encoding, same in all charts

}  // namespace derm
