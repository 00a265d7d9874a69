#include "data/stats.h"

#include <algorithm>
#include <mutex>
#include <set>

#include "base/error.h"
#include "base/parallel.h"
#include "image/decode.h"

namespace derm {
namespace {

std::string lesion_of(const Record& record) {
  return record.lesion_id.empty() ? " " + record.image_id : record.lesion_id;
}

GroupStats group_stats(const std::string& name, const std::vector<const ManifestRow*>& rows) {
  GroupStats out;
  out.name = name;
  out.images = static_cast<int64_t>(rows.size());
  std::set<std::string> lesions;
  double ages = 0;
  for (const auto* row : rows) {
    lesions.insert(lesion_of(*row));
    ++out.sex[row->sex];
    ++out.site[row->site];
    ++out.source[row->source];
    if (row->age < 0) continue;
    out.age_min = out.ages_known == 0 ? row->age : std::min(out.age_min, row->age);
    out.age_max = std::max(out.age_max, row->age);
    ages += row->age;
    ++out.ages_known;
  }
  out.lesions = static_cast<int64_t>(lesions.size());
  if (out.ages_known > 0) out.age_mean = ages / static_cast<double>(out.ages_known);
  return out;
}

template <class Keep>
GroupStats part(const Manifest& manifest, const std::string& name, const Keep& keep) {
  std::vector<const ManifestRow*> rows;
  for (const auto& row : manifest.rows)
    if (keep(row)) rows.push_back(&row);
  return group_stats(name, rows);
}

void read_sizes(const Manifest& manifest, const std::function<void(uint64_t)>& progress,
                DatasetStats& out) {
  std::mutex mutex;
  parallel_for(manifest.rows.size(), 0, [&](size_t r) {
    const auto& row = manifest.rows[r];
    std::string size;
    try {
      if (!row.sha256.empty()) {
        const ImageSize found = decode_size(
            read_file(manifest.root / row.path, DecodeLimits().max_file_bytes), row.path);
        size = fmt::format("{} x {}", found.width, found.height);
      }
    } catch (const Error&) {
      size.clear();
    }
    const std::lock_guard<std::mutex> lock(mutex);
    if (size.empty())
      ++out.sizes_unknown;
    else
      ++out.sizes[size];
    if (progress) progress(1);
  });
}

Json group_json(const GroupStats& group) {
  return {{"name", group.name},         {"images", group.images},
          {"lesions", group.lesions},   {"ages_known", group.ages_known},
          {"age_mean", group.age_mean}, {"age_min", group.age_min},
          {"age_max", group.age_max},   {"sex", group.sex},
          {"site", group.site},         {"source", group.source}};
}

}  // namespace

DatasetStats dataset_stats(const Manifest& manifest,
                           const std::function<void(uint64_t)>& progress) {
  DatasetStats out;
  out.all = part(manifest, "all", [](const auto&) { return true; });
  for (size_t c = 0; c < manifest.classes.size(); ++c)
    out.classes.push_back(part(manifest, manifest.classes[c], [&](const auto& row) {
      return row.label == static_cast<int64_t>(c);
    }));
  for (const Split split : {Split::kTrain, Split::kVal, Split::kTest}) {
    auto group = part(manifest, split_name(split), [&](const auto& r) { return r.split == split; });
    if (group.images > 0) out.splits.push_back(std::move(group));
  }
  std::map<std::string, int64_t> lesions;
  for (const auto& row : manifest.rows) ++lesions[lesion_of(row)];
  for (const auto& entry : lesions) ++out.images_per_lesion[entry.second];
  read_sizes(manifest, progress, out);
  return out;
}

Json stats_json(const DatasetStats& stats) {
  Json out = {{"all", group_json(stats.all)}};
  out["classes"] = Json::array();
  for (const auto& group : stats.classes) out["classes"].push_back(group_json(group));
  out["splits"] = Json::array();
  for (const auto& group : stats.splits) out["splits"].push_back(group_json(group));
  out["images_per_lesion"] = Json::object();
  for (const auto& [images, lesions] : stats.images_per_lesion)
    out["images_per_lesion"][std::to_string(images)] = lesions;
  out["sizes"] = stats.sizes;
  out["sizes_unknown"] = stats.sizes_unknown;
  return out;
}

}  // namespace derm
