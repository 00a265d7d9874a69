#include "cli/explain_images.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/error.h"

namespace derm {

ExplainedImages images_of_split(const Manifest& manifest, Split split, int64_t limit) {
  const auto rows = manifest.indices(split);
  if (rows.empty())
    throw Error(fmt::format("the manifest has no image of split {}", split_name(split)));
  const auto all = static_cast<int64_t>(rows.size());
  const int64_t wanted = limit > 0 ? std::min(limit, all) : all;
  ExplainedImages out{split_name(split), manifest};
  out.manifest.rows.clear();
  for (int64_t i = 0; i < wanted; ++i) {
    const int64_t row = rows[static_cast<size_t>(i * all / wanted)];
    out.manifest.rows.push_back(manifest.rows[static_cast<size_t>(row)]);
  }
  return out;
}

ExplainedImages images_of_files(const std::vector<std::string>& files,
                                const std::optional<Manifest>& manifest) {
  std::map<std::string, const ManifestRow*> known;
  if (manifest)
    for (const auto& row : manifest->rows)
      if (row.copy == 0) known[row.image_id] = &row;
  ExplainedImages out{"images", {}};
  if (manifest) out.manifest.classes = manifest->classes;
  std::set<std::string> names;
  for (const auto& file : files) {
    ManifestRow row;
    row.image_id = fs::path(file).stem().string();
    row.label = kNoLabel;
    if (const auto it = known.find(row.image_id); it != known.end()) row = *it->second;
    row.path = file;
    if (!names.insert(row.image_id).second)
      throw Error("two images have one name", file, "each name once", row.image_id);
    out.manifest.rows.push_back(std::move(row));
  }
  return out;
}

std::vector<size_t> pictured_rows(const Manifest& manifest, size_t count) {
  std::map<int64_t, std::vector<size_t>> by_class;
  for (size_t i = 0; i < manifest.rows.size(); ++i) by_class[manifest.rows[i].label].push_back(i);
  std::vector<size_t> out;
  for (size_t turn = 0; turn < manifest.rows.size(); ++turn)
    for (const auto& [label, rows] : by_class)
      if (turn < rows.size() && out.size() < count) out.push_back(rows[turn]);
  std::stable_sort(out.begin(), out.end(), [&](size_t a, size_t b) {
    return manifest.rows[a].label < manifest.rows[b].label;
  });
  return out;
}

}  // namespace derm
