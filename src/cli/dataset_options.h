// The flags that every command shares which reads a dataset folder or a manifest.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "data/dataset.h"

namespace derm {

// --format, --labels, --columns, --classes, --quarantine and one --allow-... flag per problem.
struct DatasetFlags {
  std::string format = "auto", labels, columns, quarantine;
  std::vector<std::string> classes;
  AllowedProblems allow{};

  DatasetOptions options() const;
};
std::shared_ptr<DatasetFlags> add_dataset_flags(CLI::App& command);

// A manifest (.csv), or a dataset folder as one: its tables alone are enough, files that are there
// are hashed, and without a protocol every image is in train and the manifest's protocol is "none".
struct ManifestFlags {
  std::string path, protocol = "none", split_file;
  uint64_t seed = 0;
  std::shared_ptr<DatasetFlags> dataset;

  Manifest read() const;
};
std::shared_ptr<ManifestFlags> add_manifest_flags(CLI::App& command);

// Logs what was wrong with the dataset and allowed, one line per kind.
void log_problems(const Dataset& dataset);

// Calls body(progress) under a bar on stderr; `progress(n)` may be called from several threads.
void with_progress(const std::string& label, uint64_t total,
                   const std::function<void(const std::function<void(uint64_t)>&)>& body);

}  // namespace derm
