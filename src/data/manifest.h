// The manifest: one row per image, written by `data split`, read by everything after it.
//
// A CSV file with the columns path,sha256,class,split,lesion_id,patient_id,image_id,age,sex,site,
// source (and copy, in a manifest that lists transformed copies), preceded by nothing; and beside
// it NAME.json with the class names in order, the image root, the protocol, seed and counts
// (docs/manifest_format.md).
#pragma once

#include <array>
#include <string>
#include <vector>

#include "base/files.h"
#include "base/json.h"

namespace derm {

enum class Split { kTrain, kVal, kTest };

const char* split_name(Split split);                                   // "train", "val", "test"
Split split_named(const std::string& name, const std::string& where);  // throws Error

// One labelled image, as a dataset reader finds it.
struct Record {
  std::string image_id;           // file name without extension, as the label table spells it
  std::string path;               // relative to the image root
  int64_t label = 0;              // index into the class names
  std::string lesion_id;          // empty: unknown, the image is its own group
  std::string patient_id;         // empty: unknown
  double age = -1;                // years; negative: unknown
  std::string sex, site, source;  // empty: unknown
};

struct ManifestRow : Record {
  std::string sha256;  // of the file's bytes
  Split split = Split::kTrain;
  int64_t copy = 0;  // 0: the file as it is; k: its k-th transformed copy (listed_copy)
};

// Part of the protocol's name where copies of one image lie on both sides of a split: whatever
// carries the protocol carries the mark.
inline constexpr char kLeaky[] = "LEAKY";
bool is_leaky(const std::string& protocol);

struct Manifest {
  std::vector<std::string> classes;  // short names in label order: MEL, NV, ...
  fs::path root;                     // image paths are relative to it
  std::string protocol;              // "lesion", "dsp", "dsp-paper LEAKY", ...: data/split.h
  Json details = Json::object();     // seed, fractions, dataset, excluded images and why
  std::vector<ManifestRow> rows;     // in the dataset's own order

  std::vector<int64_t> indices(Split split) const;  // rows of that split, ascending
  std::vector<int64_t> counts(Split split) const;   // [K] images per class
  std::string hash() const;  // sha256 over classes, image ids, labels, lesions and splits
};

// Throws Error naming file and line: missing column, unknown class or split, duplicate image.
Manifest read_manifest(const fs::path& path);
void write_manifest(const fs::path& path, const Manifest& manifest);  // both files, atomic

}  // namespace derm
