// Splits that share their test images, so that what a leak adds can be measured image by image.
//
// The test images are those of an image-level split. What differs is what train holds:
//   lesion     no image of a test lesion: they are left out
//   image      images of test lesions, as many as an image-level split puts there
//   dsp-paper  the same, and transformed copies of the test images themselves
// All have the same number of original images and of copies of each class in train, and of
// originals in val, so that the size of train is no part of the difference. Copies enlarge rare
// classes as DSP-KD does: after the split, from train, but for dsp-paper, where they are drawn from
// all images before it. The test images are never copies.
#pragma once

#include <string>
#include <vector>

#include "data/dataset.h"
#include "data/manifest.h"

namespace derm {

struct CommonTest {
  std::string protocol = "lesion";
  uint64_t seed = 0;
  int64_t target_per_class = 4000;  // of all images with copies; 0.7 of the copies are in train
};

// `sha256` as hash_images returns it.
Manifest common_test_split(const Dataset& dataset, const std::vector<std::string>& sha256,
                           const CommonTest& options);

// Test images whose lesion is in train too, and those of which train holds a copy.
struct LeakCount {
  int64_t test = 0, lesion_in_train = 0, copy_in_train = 0;
};
LeakCount count_leaks(const Manifest& manifest);

}  // namespace derm
