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

// Recall of each class, one bar per run, with its interval.
std::optional<Chart> recall_chart(const std::vector<ReportedRun>& runs);

// One metric in each: a dot and its interval for every run.
std::vector<Chart> headline_charts(const std::vector<ReportedRun>& runs);

// One class against the rest, a curve and its band for each run; nothing where no run has
// predictions of the class. In the ROC chart a dot marks where a run's own decisions lie.
enum class CurveSize { kSmall, kLarge };
std::optional<Chart> roc_chart(const std::vector<ReportedRun>& runs, const std::string& class_name,
                               CurveSize size);
std::optional<Chart> pr_chart(const std::vector<ReportedRun>& runs, const std::string& class_name,
                              CurveSize size);

// Accuracy in bins of the most probable class's probability. Nothing for a run not measured.
std::optional<Chart> reliability_chart(const ReportedRun& run,
                                       const std::vector<ReportedRun>& runs);

// Net benefit against the threshold for treatment of the task of that name ("melanoma").
std::optional<Chart> decision_chart(const std::vector<ReportedRun>& runs, const std::string& task);

// Subgroups under each other, a dot and an interval for each run.
std::optional<Chart> subgroup_chart(const std::vector<ReportedRun>& runs, const std::string& title,
                                    Estimate Subgroup::*value);

// Parts that the charts share.
Json chart_base(const std::string& description, int height_px);
Json run_colour(const std::vector<ReportedRun>& runs);  // the "color" encoding, same in all charts

}  // namespace derm
