// Which images belong together, and how whole groups are dealt out so that classes stay balanced.
#include <algorithm>
#include <map>
#include <numeric>
#include <unordered_map>

#include "base/rng.h"
#include "data/split.h"

namespace derm {
namespace {

class DisjointSets {
 public:
  explicit DisjointSets(size_t n) : parent_(n) {
    std::iota(parent_.begin(), parent_.end(), size_t{0});
  }
  size_t find(size_t i) {
    while (parent_[i] != i) i = parent_[i] = parent_[parent_[i]];
    return i;
  }
  void join(size_t a, size_t b) { parent_[find(b)] = find(a); }

 private:
  std::vector<size_t> parent_;
};

struct Group {
  std::vector<size_t> rows;
  std::vector<double> images;  // [K] per class
  size_t main_class = 0;
};

std::vector<Group> collect(const std::vector<int64_t>& labels, const std::vector<size_t>& groups,
                           size_t classes) {
  std::vector<Group> out;
  std::unordered_map<size_t, size_t> number;
  for (size_t r = 0; r < groups.size(); ++r) {
    const size_t g = number.emplace(groups[r], out.size()).first->second;
    if (g == out.size()) out.push_back({{}, std::vector<double>(classes, 0), 0});
    out[g].rows.push_back(r);
    out[g].images[static_cast<size_t>(labels[r])] += 1;
  }
  for (auto& group : out)
    group.main_class = static_cast<size_t>(
        std::max_element(group.images.begin(), group.images.end()) - group.images.begin());
  return out;
}

// The groups of one class: large ones first, so that small ones can even out what is left; equal
// sizes in random order.
std::vector<const Group*> in_dealing_order(const std::vector<Group>& groups, size_t main_class,
                                           uint64_t seed) {
  std::vector<const Group*> out;
  for (const auto& group : groups)
    if (group.main_class == main_class) out.push_back(&group);
  Rng rng({seed, Purpose::kSplit, 0, main_class, 0});
  rng.shuffle(out);
  std::stable_sort(out.begin(), out.end(),
                   [](const auto* a, const auto* b) { return a->rows.size() > b->rows.size(); });
  return out;
}

// The part that is the least full once half of the group is in it (Sainte-Lague's rule: neither
// small nor large parts are favoured). Parts without a target get nothing.
size_t emptiest(const std::vector<double>& filled, const std::vector<double>& targets,
                double size) {
  size_t best = targets.size();
  double best_level = 0;
  for (size_t p = 0; p < targets.size(); ++p) {
    if (targets[p] <= 0) continue;
    const double level = (filled[p] + size / 2) / targets[p];
    if (best == targets.size() || level < best_level) {
      best = p;
      best_level = level;
    }
  }
  return best;
}

}  // namespace

std::vector<size_t> group_images(const std::vector<Record>& records,
                                 const std::vector<std::string>& sha256) {
  DisjointSets sets(records.size());
  std::unordered_map<std::string, size_t> first;
  const auto join = [&](const char* kind, const std::string& id, size_t r) {
    if (id.empty()) return;
    const auto [it, fresh] = first.emplace(kind + id, r);
    if (!fresh) sets.join(it->second, r);
  };
  for (size_t r = 0; r < records.size(); ++r) {
    join("lesion ", records[r].lesion_id, r);
    join("patient ", records[r].patient_id, r);
    if (!sha256.empty()) join("bytes ", sha256[r], r);
  }
  std::vector<size_t> out(records.size());
  for (size_t r = 0; r < records.size(); ++r) out[r] = sets.find(r);
  return out;
}

std::vector<Listed> list_with_copies(const std::vector<int64_t>& labels, int64_t target_per_class) {
  std::vector<Listed> out;
  std::map<int64_t, std::vector<size_t>> of_class;
  for (size_t r = 0; r < labels.size(); ++r) {
    out.push_back({r, 0});
    of_class[labels[r]].push_back(r);
  }
  for (const auto& [label, records] : of_class) {
    const auto count = static_cast<int64_t>(records.size());
    for (int64_t i = 0; count + i < target_per_class; ++i)
      out.push_back({records[static_cast<size_t>(i % count)], i / count + 1});
  }
  return out;
}

std::vector<size_t> allot_groups(const std::vector<int64_t>& labels,
                                 const std::vector<size_t>& groups,
                                 const std::vector<double>& targets, uint64_t seed) {
  std::vector<size_t> part(labels.size(), 0);
  if (labels.empty()) return part;
  const auto classes = static_cast<size_t>(*std::max_element(labels.begin(), labels.end())) + 1;
  const auto collected = collect(labels, groups, classes);
  std::vector<std::vector<double>> filled(classes, std::vector<double>(targets.size(), 0));
  for (size_t c = 0; c < classes; ++c) {
    for (const auto* group : in_dealing_order(collected, c, seed)) {
      const size_t p = emptiest(filled[c], targets, group->images[c]);
      for (size_t k = 0; k < classes; ++k) filled[k][p] += group->images[k];
      for (const size_t row : group->rows) part[row] = p;
    }
  }
  return part;
}

}  // namespace derm
