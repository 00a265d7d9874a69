#include "cli/labelled_files.h"

#include "base/error.h"
#include "base/strings.h"

namespace derm {

LabelledFiles labelled_files(const Manifest& manifest, const std::string& split,
                             const std::vector<std::string>& classes, const std::string& network,
                             int64_t limit) {
  if (classes != manifest.classes)
    throw Error("the network knows other classes than the manifest", network,
                join(manifest.classes, ", "), join(classes, ", "));
  const auto rows = manifest.indices(split_named(split, "--split"));
  if (rows.empty()) throw Error("the manifest has no image of that split", split);
  const size_t wanted = limit > 0 ? std::min(rows.size(), static_cast<size_t>(limit)) : rows.size();
  LabelledFiles out;
  out.split = split;
  for (size_t i = 0; i < wanted; ++i) {
    const auto row = static_cast<size_t>(rows[i * rows.size() / wanted]);
    out.files.push_back(manifest.root / manifest.rows[row].path);
    out.labels.push_back(manifest.rows[row].label);
    out.groups.push_back(manifest.rows[row].lesion_id);
  }
  return out;
}

}  // namespace derm
