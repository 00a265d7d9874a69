// Divides a dataset into train, val and test, and freezes the result as a manifest.
//
// Protocols:
//   lesion  stratified by class, and images that belong together stay together: the same lesion,
//           patient, or bytes. The default.
//   image   stratified, not grouped: test images may show lesions of train. For comparison only.
//   ssdkd   the published split of the SSD-KD code on ISIC 2019 (Wang et al. 2023), row by row:
//           10 % of the images at random, then fold 2 of 5 as val. Neither grouped nor stratified.
//   dsp     8:2 as DSP-KD (Zeng et al. 2024), but grouped by lesion like `lesion`; a tenth of train
//   is
//           val. Rare classes are enlarged in training (sampler target), not here.
//   dsp-paper  the published order, for study only: transformed copies of rare classes are listed
//           first, then images and copies are split 8:2 by image. The manifest's protocol is
//           "dsp-paper LEAKY".
//   source  all images of one source (camera, clinic) are test, with whatever else shows their
//           lesions; train and val are dealt from the rest as in `lesion`.
//   given   as a table, the folder layout or a column says.
#pragma once

#include <array>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "data/dataset.h"
#include "data/manifest.h"

namespace derm {

struct SplitOptions {
  std::string protocol = "lesion";
  std::array<double, 3> fractions = {0.7, 0.15, 0.15};  // train, val, test; they sum to 1
  int64_t folds = 0;      // above 1: val is fold `fold` of the images that are not test
  int64_t fold = 0;       // from 0
  double test_share = 0;  // with folds: held out of all folds, the same for each of them
  uint64_t seed = 0;
  int64_t target_per_class = 4000;  // dsp-paper: copies are listed up to this, where there are less
  bool allow_image_split = false;
  std::string test_source;  // protocol source: as the dataset's column says
  fs::path split_file;      // protocol given: a CSV with the columns image_id,split
};

// train, val, test where the user does not say.
std::array<double, 3> usual_fractions(const std::string& protocol);

// Throws UsageError for options that do not fit together.
void check_split_options(const SplitOptions& options);

// Rows of the same group are never divided; `groups` numbers them from 0 in any order. Per class
// the shares of `targets` (they sum to 1) are met up to the size of a group. Returns [rows] a part
// number.
std::vector<size_t> allot_groups(const std::vector<int64_t>& labels,
                                 const std::vector<size_t>& groups,
                                 const std::vector<double>& targets, uint64_t seed);

// Group numbers: images are joined by lesion_id, by patient_id and by sha256 where it is given.
std::vector<size_t> group_images(const std::vector<Record>& records,
                                 const std::vector<std::string>& sha256);

// The images of a dataset that a split deals out.
struct Listed {
  size_t record = 0;
  int64_t copy = 0;  // as in ManifestRow
};

// Every record once, then copies that fill each class up to the target, its images in turn.
std::vector<Listed> list_with_copies(const std::vector<int64_t>& labels, int64_t target_per_class);

// The SSD-KD split over a label table: one Split per row.
std::vector<Split> ssdkd_split(const std::vector<int64_t>& table_labels);

// The protocol `source`; groups as group_images() gives them. Throws Error naming the sources there
// are where none of them, or nothing but it, is the one asked for.
std::vector<Split> split_by_source(const Dataset& dataset, const std::vector<size_t>& groups,
                                   const SplitOptions& options);

// The sha256 of every present file in parallel; empty for the others. `progress(n)`: n more done.
std::vector<std::string> hash_images(const Dataset& dataset,
                                     const std::function<void(uint64_t)>& progress = {});

// `sha256` as hash_images returns it. Throws Error where the protocol does not fit the dataset.
Manifest split_dataset(const Dataset& dataset, const std::vector<std::string>& sha256,
                       const SplitOptions& options);

}  // namespace derm
