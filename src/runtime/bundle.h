// A bundle in memory, checked against docs/bundle_format.md.
#pragma once

#include <string>
#include <vector>

#include "runtime/bundle_files.h"
#include "runtime/metadata.h"

namespace derm {

struct GoldenImage {
  std::string file;  // the entry
  std::string pixels_sha256;
  std::vector<double> logits;  // [K]
};

struct Bundle {
  std::string name;  // where it was read, for messages
  BundleMetadata metadata;
  std::vector<GoldenImage> golden;
  double golden_tolerance = 0;
  BundleFiles files;

  const Bytes& file(const std::string& entry) const;  // throws Error: missing
  std::string model_card() const;
};

// Throws Error naming bundle, entry and key.
Bundle read_bundle(const fs::path& path);
Bundle parse_bundle(BundleFiles files, const std::string& name);

Json golden_json(const std::vector<GoldenImage>& golden, double tolerance);

}  // namespace derm
