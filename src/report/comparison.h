// The tables that compare runs: one for the terminal, the others for the page, with intervals where
// runs were measured.
#pragma once

#include <string>
#include <vector>

#include "report/page_table.h"
#include "report/run.h"

namespace derm {

// For the terminal: costs and headline metrics; "n/a" where unknown.
PageTable compare_runs(const std::vector<ReportedRun>& runs);

// Headline metrics, one row per run.
PageTable results_table(const std::vector<ReportedRun>& runs);

// Every metric that is one number: a row each, a column per run.
PageTable all_metrics_table(const std::vector<ReportedRun>& runs);

// How the runs came about: recipe, teachers, seed, epochs, selected epoch, time.
PageTable training_table(const std::vector<ReportedRun>& runs);

// One row per class and run: images, sensitivity and specificity with exact intervals, precision,
// F1, AUC and average precision with bootstrap ones.
PageTable class_table(const std::vector<ReportedRun>& runs);

}  // namespace derm
