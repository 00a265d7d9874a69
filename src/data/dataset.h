// Reads labelled image datasets as they are published, without conversion: ISIC 2019, ISIC 2018
// task 3, HAM10000, one folder per class, and any CSV table by a column map.
//
// Everything that is wrong with a dataset is counted and named, and is one Error unless the
// matching `allow` option says how to go on (dataset_problems.h).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "data/dataset_problems.h"
#include "data/manifest.h"
#include "data/quarantine.h"

namespace derm {

struct DatasetOptions {
  std::string format = "auto";       // or one of dataset_formats()
  fs::path labels;                   // a one-hot table whose labels replace those of the dataset
  fs::path columns;                  // the column map (YAML) of format csv
  std::vector<std::string> classes;  // folder, csv: class names in label order; empty: by name
  fs::path quarantine;               // files to leave out
  bool tables_only = false;          // images need not be there: counts and audits of tables
  AllowedProblems allow{};
};

struct Dataset {
  std::string format;
  fs::path root;                            // the dataset folder
  std::vector<std::string> classes;         // in label order
  std::vector<Record> records;              // in the order of the label table
  std::vector<bool> present;                // [records] the image file is there
  std::vector<std::optional<Split>> given;  // [records] by layout or table
  std::vector<size_t> table_row;            // [records] row of the label table, from 0
  std::vector<int64_t> table_labels;        // [rows of the label table]; -1: no usable label
  Problems problems;                        // what was found and allowed
  Quarantine quarantined;                   // what was left out by the list
};

std::vector<std::string> dataset_formats();

// The format of a dataset folder. Throws Error where no format fits, or several do.
std::string detect_format(const fs::path& folder, const DatasetOptions& options);

Dataset read_dataset(const fs::path& folder, const DatasetOptions& options = {});

}  // namespace derm
