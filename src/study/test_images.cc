#include "study/test_images.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <set>

#include "base/error.h"
#include "base/rng.h"
#include "data/split.h"

namespace derm {
namespace {

constexpr double kTrain = 0.7, kVal = 0.15, kTest = 0.15;
constexpr size_t kTestPart = 2;
using Placed = std::vector<std::optional<Split>>;  // [records]; none: left out

// What all protocols have in common.
struct Common {
  std::vector<int64_t> labels;
  std::vector<size_t> parts;  // of the image-level split: train, val, test
  std::vector<bool> sibling;  // shows a test lesion and is no test image
  Placed lesion;              // the protocol lesion, which gives the others their sizes
  size_t classes = 0;

  bool test(size_t i) const { return parts[i] == kTestPart; }
};

std::vector<bool> siblings_of(const std::vector<size_t>& parts, const std::vector<size_t>& groups) {
  std::set<size_t> tested;
  for (size_t i = 0; i < parts.size(); ++i)
    if (parts[i] == kTestPart) tested.insert(groups[i]);
  std::vector<bool> out(parts.size());
  for (size_t i = 0; i < parts.size(); ++i)
    out[i] = parts[i] != kTestPart && tested.count(groups[i]) != 0;
  return out;
}

Placed place_by_lesion(const Common& common, const std::vector<size_t>& groups, uint64_t seed) {
  std::vector<size_t> rows, of_group;
  std::vector<int64_t> labels;
  for (size_t i = 0; i < groups.size(); ++i) {
    if (common.test(i) || common.sibling[i]) continue;
    rows.push_back(i);
    of_group.push_back(groups[i]);
    labels.push_back(common.labels[i]);
  }
  const std::vector<double> shares = {kTrain / (kTrain + kVal), kVal / (kTrain + kVal)};
  const auto parts = allot_groups(labels, of_group, shares, seed);
  Placed out(groups.size());
  for (size_t r = 0; r < rows.size(); ++r)
    out[rows[r]] = parts[r] == 0 ? Split::kTrain : Split::kVal;
  for (size_t i = 0; i < groups.size(); ++i)
    if (common.test(i)) out[i] = Split::kTest;
  return out;
}

Common common_of(const Dataset& dataset, const std::vector<std::string>& sha256, uint64_t seed) {
  Common out;
  for (const auto& record : dataset.records) out.labels.push_back(record.label);
  out.classes = dataset.classes.size();
  std::vector<size_t> alone(out.labels.size());
  std::iota(alone.begin(), alone.end(), size_t{0});
  out.parts = allot_groups(out.labels, alone, {kTrain, kVal, kTest}, seed);
  const auto groups = group_images(dataset.records, sha256);
  out.sibling = siblings_of(out.parts, groups);
  out.lesion = place_by_lesion(out, groups, seed);
  return out;
}

size_t count_placed(const Common& common, int64_t label, Split split) {
  size_t n = 0;
  for (size_t i = 0; i < common.labels.size(); ++i)
    n += common.labels[i] == label && common.lesion[i] == split ? 1 : 0;
  return n;
}

// Images of one class that are not test images, in random order: siblings that the image-level
// split puts into `part`, then the others.
struct Candidates {
  std::vector<size_t> train_siblings, val_siblings, others;
};

Candidates candidates_of(const Common& common, size_t label, uint64_t seed) {
  Candidates out;
  for (size_t i = 0; i < common.labels.size(); ++i) {
    if (common.test(i) || common.labels[i] != static_cast<int64_t>(label)) continue;
    if (!common.sibling[i])
      out.others.push_back(i);
    else
      (common.parts[i] == 0 ? out.train_siblings : out.val_siblings).push_back(i);
  }
  Rng rng({seed, Purpose::kSplit, 1, label, 0});
  for (auto* list : {&out.train_siblings, &out.val_siblings, &out.others}) rng.shuffle(*list);
  return out;
}

void fill(Placed& placed, Split split, size_t wanted, std::vector<size_t>& first,
          std::vector<size_t>& then) {
  for (auto* list : {&first, &then})
    for (; wanted > 0 && !list->empty(); --wanted) {
      placed[list->back()] = split;
      list->pop_back();
    }
}

// As many images of each class in train and in val as the protocol lesion has, siblings first.
Placed place_by_image(const Common& common, uint64_t seed) {
  Placed out(common.labels.size());
  for (size_t i = 0; i < out.size(); ++i)
    if (common.test(i)) out[i] = Split::kTest;
  for (size_t c = 0; c < common.classes; ++c) {
    auto from = candidates_of(common, c, seed);
    const auto label = static_cast<int64_t>(c);
    const size_t train = count_placed(common, label, Split::kTrain);
    fill(out, Split::kTrain, train, from.train_siblings, from.others);
    fill(out, Split::kVal, count_placed(common, label, Split::kVal), from.val_siblings,
         from.others);
  }
  return out;
}

// Copies that train gets of one class: `count` of those that enlarge `images` by `all`.
std::vector<Listed> copies_of_class(const std::vector<size_t>& images, size_t all, size_t count,
                                    Rng& rng) {
  std::vector<Listed> out;
  for (size_t i = 0; i < all && !images.empty(); ++i)
    out.push_back({images[i % images.size()], static_cast<int64_t>(i / images.size() + 1)});
  rng.shuffle(out);
  out.resize(std::min(out.size(), count));
  return out;
}

std::vector<Listed> copies(const Common& common, const Placed& placed, const CommonTest& options) {
  const bool before_split = options.protocol == "dsp-paper";
  std::vector<Listed> out;
  for (size_t c = 0; c < common.classes; ++c) {
    std::vector<size_t> every, train;
    for (size_t i = 0; i < placed.size(); ++i) {
      if (common.labels[i] != static_cast<int64_t>(c)) continue;
      every.push_back(i);
      if (placed[i] == Split::kTrain) train.push_back(i);
    }
    const auto target = static_cast<size_t>(options.target_per_class);
    const size_t all = target > every.size() ? target - every.size() : 0;
    const auto count = static_cast<size_t>(std::llround(kTrain * static_cast<double>(all)));
    Rng rng({options.seed, Purpose::kSplit, 2, c, 0});
    const auto of_class = before_split ? copies_of_class(every, all, count, rng)
                                       : copies_of_class(train, count, count, rng);
    out.insert(out.end(), of_class.begin(), of_class.end());
  }
  return out;
}

ManifestRow row_of(const Dataset& dataset, const std::vector<std::string>& sha256,
                   const Listed& image, Split split) {
  ManifestRow row;
  static_cast<Record&>(row) = dataset.records[image.record];
  if (image.copy > 0) row.image_id += fmt::format("_copy{}", image.copy);
  row.copy = image.copy;
  row.sha256 = sha256[image.record];
  row.split = split;
  return row;
}

Json describe_common(const Dataset& dataset, const CommonTest& options) {
  Json out{{"format", dataset.format},
           {"seed", options.seed},
           {"fractions", {kTrain, kVal, kTest}},
           {"common_test", true},
           {"target_per_class", options.target_per_class}};
  if (options.protocol == "dsp-paper")
    out[kLeaky] = "copies of test images lie in train, as published";
  return out;
}

}  // namespace

Manifest common_test_split(const Dataset& dataset, const std::vector<std::string>& sha256,
                           const CommonTest& options) {
  const auto common = common_of(dataset, sha256, options.seed);
  const auto placed =
      options.protocol == "lesion" ? common.lesion : place_by_image(common, options.seed);
  Manifest out;
  out.classes = dataset.classes;
  out.root = dataset.root;
  out.protocol =
      options.protocol == "dsp-paper" ? "dsp-paper " + std::string(kLeaky) : options.protocol;
  out.details = describe_common(dataset, options);
  for (size_t i = 0; i < placed.size(); ++i)
    if (placed[i]) out.rows.push_back(row_of(dataset, sha256, {i, 0}, *placed[i]));
  for (const auto& copy : copies(common, placed, options))
    out.rows.push_back(row_of(dataset, sha256, copy, Split::kTrain));
  return out;
}

LeakCount count_leaks(const Manifest& manifest) {
  std::set<std::string> lesions, copied;
  for (const auto& row : manifest.rows) {
    if (row.split != Split::kTrain) continue;
    if (!row.lesion_id.empty()) lesions.insert(row.lesion_id);
    copied.insert(row.sha256);
  }
  LeakCount out;
  for (const auto& row : manifest.rows) {
    if (row.split != Split::kTest) continue;
    ++out.test;
    out.copy_in_train += copied.count(row.sha256) != 0 ? 1 : 0;
    out.lesion_in_train += lesions.count(row.lesion_id) != 0 || copied.count(row.sha256) != 0;
  }
  return out;
}

}  // namespace derm
