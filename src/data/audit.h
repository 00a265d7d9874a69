// Looks for leaks between the splits of a manifest: the same lesion, patient, bytes or picture on
// both sides, and how many test images of each class have a sibling in train.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "data/manifest.h"
#include "data/near_duplicate.h"

namespace derm {

struct AuditPair {
  size_t a = 0, b = 0;    // rows, a < b
  double similarity = 1;  // 1 for equal bytes
  bool same_lesion = false, same_label = false, across_splits = false;
};

// Images of one split that have a sibling among others.
struct SiblingCount {
  int64_t images = 0;
  int64_t same_lesion = 0;  // of these, with their lesion on the other side
  int64_t any = 0;          // same lesion, patient, bytes or near duplicate
};

struct SiblingTable {
  std::string of, among;              // "test", "train" or "train+val"
  std::vector<SiblingCount> classes;  // [K]
  SiblingCount all;
};

struct SplitOverlap {
  Split a = Split::kTrain, b = Split::kVal;
  int64_t lesions = 0, patients = 0;  // in both
};

struct SplitCounts {
  std::vector<int64_t> images, lesions;  // [K]; an image without a lesion_id is a lesion
};

struct Audit {
  std::vector<std::string> classes;
  std::string protocol;
  int64_t images = 0, lesions = 0, without_lesion = 0, patients = 0;  // lesions with an id
  std::array<SplitCounts, 3> splits;                                  // by Split
  std::vector<SplitOverlap> overlaps;                       // of the three pairs of splits
  std::vector<AuditPair> byte_duplicates, near_duplicates;  // near: bytes differ
  bool pictures_compared = false;
  int64_t files = 0, unread = 0;  // image files there are; those that could not be decoded
  std::vector<SiblingTable> siblings;

  // What is wrong, one sentence per finding; empty: no leak. With `near_is_leak` false, near
  // duplicates of different lesions are not counted.
  std::vector<std::string> leaks(bool near_is_leak = true) const;
};

// `prints` as read_prints gives them, or empty: pictures are not compared.
Audit audit(const Manifest& manifest, const std::vector<ImagePrint>& prints,
            const std::function<void(uint64_t)>& progress = {});

Json audit_json(const Audit& audit, const Manifest& manifest);

}  // namespace derm
