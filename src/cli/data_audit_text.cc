#include "cli/data_audit_text.h"

#include <algorithm>

#include "base/error.h"
#include "eval/table.h"

namespace derm {
namespace {

constexpr size_t kShownPairs = 20;
constexpr Split kSplits[] = {Split::kTrain, Split::kVal, Split::kTest};

std::string counts_text(const Audit& audit) {
  TextTable table({"class", "train", "lesions", "val", "lesions", "test", "lesions"});
  for (size_t c = 0; c < audit.classes.size(); ++c) {
    std::vector<std::string> row = {audit.classes[c]};
    for (const Split split : kSplits) {
      const auto& counts = audit.splits.at(static_cast<size_t>(split));
      row.push_back(format_count(counts.images[c]));
      row.push_back(format_count(counts.lesions[c]));
    }
    table.add(row);
  }
  return table.str();
}

std::string overlaps_text(const Audit& audit) {
  TextTable table({"in both", "lesions", "patients"});
  for (const auto& overlap : audit.overlaps)
    table.add({fmt::format("{} and {}", split_name(overlap.a), split_name(overlap.b)),
               format_count(overlap.lesions), format_count(overlap.patients)});
  return table.str();
}

std::string percent(int64_t part, int64_t whole) {
  if (whole == 0) return "n/a";
  return fmt::format("{:.1f}", 100.0 * static_cast<double>(part) / static_cast<double>(whole));
}

std::string siblings_text(const SiblingTable& siblings, const std::vector<std::string>& classes) {
  if (siblings.all.images == 0) return "";
  TextTable table({"class", "images", "same lesion", "%", "any sibling", "any %"});
  const auto add = [&](const std::string& name, const SiblingCount& count) {
    table.add({name, format_count(count.images), format_count(count.same_lesion),
               percent(count.same_lesion, count.images), format_count(count.any),
               percent(count.any, count.images)});
  };
  for (size_t c = 0; c < classes.size(); ++c) add(classes[c], siblings.classes[c]);
  add("all", siblings.all);
  return fmt::format("\n{} images with a sibling in {}:\n{}", siblings.of, siblings.among,
                     table.str());
}

std::string pairs_text(const char* what, const std::vector<AuditPair>& pairs,
                       const Manifest& manifest) {
  const auto count = [&](bool AuditPair::*field) {
    return std::count_if(pairs.begin(), pairs.end(), [&](const auto& p) { return p.*field; });
  };
  std::string out =
      fmt::format("{}: {} pairs, {} within a lesion, {} of one class, {} across splits\n", what,
                  pairs.size(), count(&AuditPair::same_lesion), count(&AuditPair::same_label),
                  count(&AuditPair::across_splits));
  auto sorted = pairs;  // those that matter first
  std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) {
    return std::make_pair(!a.across_splits, a.same_lesion) <
           std::make_pair(!b.across_splits, b.same_lesion);
  });
  for (size_t i = 0; i < std::min(sorted.size(), kShownPairs); ++i) {
    const auto &a = manifest.rows[sorted[i].a], &b = manifest.rows[sorted[i].b];
    out += fmt::format("  {} ({}, {})  {} ({}, {})  {:.3f}{}\n", a.image_id, split_name(a.split),
                       manifest.classes[static_cast<size_t>(a.label)], b.image_id,
                       split_name(b.split), manifest.classes[static_cast<size_t>(b.label)],
                       sorted[i].similarity, sorted[i].same_lesion ? "  one lesion" : "");
  }
  if (sorted.size() > kShownPairs)
    out += fmt::format("  and {} more (--json lists all)\n", sorted.size() - kShownPairs);
  return out;
}

}  // namespace

std::string audit_text(const Audit& audit, const Manifest& manifest) {
  std::string out = fmt::format(
      "protocol {}: {} images, {} lesions with an id, {} images without one, {} patients with an "
      "id\n\n",
      audit.protocol, format_count(audit.images), format_count(audit.lesions),
      format_count(audit.without_lesion), format_count(audit.patients));
  out += counts_text(audit);
  if (audit.protocol != "none") out += "\n" + overlaps_text(audit);
  out += "\n" + pairs_text("byte duplicates", audit.byte_duplicates, manifest);
  if (audit.pictures_compared)
    out += pairs_text("near duplicates", audit.near_duplicates, manifest);
  out += fmt::format(
      "image files: {} of {}{}\n", format_count(audit.files), format_count(audit.images),
      audit.unread > 0 ? fmt::format("; {} cannot be decoded, see data check", audit.unread) : "");
  for (const auto& siblings : audit.siblings) out += siblings_text(siblings, audit.classes);
  return out;
}

}  // namespace derm
