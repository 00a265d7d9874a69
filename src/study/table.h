// The tables of a study, in the layout of the paper's, from the cells that are done.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "study/cell.h"
#include "study/estimate.h"

namespace derm {

// What the heading says beside the study's own words: data set, scale, what is still to come.
struct StudyNotes {
  std::string dataset;                           // "ham10000", ...
  std::vector<std::string> lines;                // scale, overrides, weights
  std::map<std::string, std::string> protocols;  // what a protocol's split is, for people
  size_t cells = 0;                              // that the study has
};

struct TableSection {
  std::string heading;
  std::vector<std::string> notes, header;
  std::vector<std::vector<std::string>> rows;
};

struct StudyTable {
  std::string title;
  std::vector<std::string> notes;
  std::vector<TableSection> sections;
};

struct FinishedCell {
  StudyCell cell;
  MeasuredRun measured;  // the metrics of the study's columns
};

// The marks of a protocol that leaks: "image LEAKY".
std::string protocol_text(const std::string& protocol);

StudyTable study_table(const Study& study, const std::vector<FinishedCell>& cells,
                       const StudyNotes& notes);

std::string table_markdown(const StudyTable& table);
std::string table_html(const StudyTable& table);  // self-contained

// One line per protocol and row, plain numbers: METRIC, METRIC_deviation, METRIC_low, METRIC_high,
// and METRIC_published_DATASET.
std::string table_csv(const Study& study, const std::vector<FinishedCell>& cells,
                      const StudyNotes& notes);

}  // namespace derm
