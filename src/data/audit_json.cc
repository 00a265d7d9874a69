// The audit as JSON, with the same content as the printed report.
#include "data/audit.h"

namespace derm {
namespace {

Json pairs_json(const std::vector<AuditPair>& pairs, const Manifest& manifest) {
  Json out = Json::array();
  for (const auto& pair : pairs) {
    const auto &a = manifest.rows[pair.a], &b = manifest.rows[pair.b];
    out.push_back({{"a", a.image_id},
                   {"b", b.image_id},
                   {"split_a", split_name(a.split)},
                   {"split_b", split_name(b.split)},
                   {"similarity", pair.similarity},
                   {"same_lesion", pair.same_lesion},
                   {"same_class", pair.same_label}});
  }
  return out;
}

Json sibling_json(const SiblingCount& count) {
  const auto share = [&](int64_t n) {
    return count.images == 0 ? Json()
                             : Json(static_cast<double>(n) / static_cast<double>(count.images));
  };
  return {{"images", count.images},
          {"same_lesion", count.same_lesion},
          {"any_sibling", count.any},
          {"same_lesion_share", share(count.same_lesion)},
          {"any_sibling_share", share(count.any)}};
}

Json siblings_json(const Audit& audit) {
  Json out = Json::array();
  for (const auto& table : audit.siblings) {
    Json classes = Json::object();
    for (size_t c = 0; c < table.classes.size(); ++c)
      classes[audit.classes[c]] = sibling_json(table.classes[c]);
    out.push_back({{"of", table.of},
                   {"among", table.among},
                   {"all", sibling_json(table.all)},
                   {"classes", classes}});
  }
  return out;
}

}  // namespace

Json audit_json(const Audit& audit, const Manifest& manifest) {
  Json out = {{"protocol", audit.protocol}, {"images", audit.images},
              {"lesions", audit.lesions},   {"images_without_lesion", audit.without_lesion},
              {"patients", audit.patients}, {"classes", audit.classes}};
  for (const Split split : {Split::kTrain, Split::kVal, Split::kTest}) {
    const auto& counts = audit.splits.at(static_cast<size_t>(split));
    out["splits"][split_name(split)] = {{"images", counts.images}, {"lesions", counts.lesions}};
  }
  out["overlaps"] = Json::array();
  for (const auto& overlap : audit.overlaps)
    out["overlaps"].push_back({{"a", split_name(overlap.a)},
                               {"b", split_name(overlap.b)},
                               {"lesions", overlap.lesions},
                               {"patients", overlap.patients}});
  out["pictures_compared"] = audit.pictures_compared;
  out["files"] = audit.files;
  out["unread_files"] = audit.unread;
  out["byte_duplicates"] = pairs_json(audit.byte_duplicates, manifest);
  out["near_duplicates"] = pairs_json(audit.near_duplicates, manifest);
  out["siblings"] = siblings_json(audit);
  out["leaks"] = audit.leaks();
  return out;
}

}  // namespace derm
