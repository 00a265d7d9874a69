// The splits of a study: made once, then frozen.
#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <vector>

#include "cli/dataset_options.h"
#include "study/table.h"

namespace derm {

struct StudyDataFlags {
  std::string dataset;  // a folder, or "generated"
  int64_t images = 2400;
  bool allow_image_split = false;
  std::shared_ptr<DatasetFlags> reading;
};
void add_study_data_flags(CLI::App& app, StudyDataFlags& flags);

// Throws UsageError where a protocol leaks and that was not permitted.
void check_permission(const std::vector<std::string>& protocols, const StudyDataFlags& flags);

// Writes the manifests that OUT/splits lacks, and checks that those that it has are of this study
// and data set.
void make_splits(const Study& study, const std::vector<std::string>& protocols,
                 const StudyDataFlags& flags, const fs::path& out);

// Name of the data set, and of each protocol what its split is.
void describe_splits(const std::vector<std::string>& protocols, const fs::path& out,
                     StudyNotes& notes);

}  // namespace derm
