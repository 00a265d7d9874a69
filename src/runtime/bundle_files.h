// A bundle's entries as bytes, before anything is made of them: names, limits and hashes as
// docs/bundle_format.md says. A folder, or a zip file.
#pragma once

#include <map>
#include <string>

#include "base/files.h"

namespace derm {

using BundleFiles = std::map<std::string, Bytes>;  // by entry; SHA256SUMS is not among them

// Throws Error naming the bundle and the entry: missing, unlisted, a name or a size that the format
// does not allow, a hash that does not agree.
BundleFiles read_bundle_files(const fs::path& path);

// What stands in the folder or zip file: the same, and SHA256SUMS.
BundleFiles with_sums(BundleFiles files);

// With its SHA256SUMS: a zip file where the name ends in .zip, else a folder; complete or not at
// all. Throws Error where `path` exists, unless `replace`.
void write_bundle_files(const fs::path& path, const BundleFiles& files, bool replace);

// Throws Error naming the entry.
void check_entry(const std::string& entry, uint64_t bytes, const std::string& where);

}  // namespace derm
