// The tables of the ISIC challenges of 2019 and of 2018 (task 3).
#include <algorithm>

#include "base/error.h"
#include "base/log.h"
#include "base/strings.h"
#include "data/dataset_table.h"

namespace derm {
namespace {

// A table that lies in the folder, or in a folder of its own name below it as the archives unpack.
fs::path find_table(const fs::path& folder, const std::string& name) {
  for (const fs::path& path : {folder / (name + ".csv"), folder / name / (name + ".csv")})
    if (fs::exists(path)) return path;
  return {};
}

// "ISIC_2019_Training": the part of the release that the folder holds.
std::string release_in(const fs::path& folder, const std::vector<std::string>& releases) {
  for (const auto& release : releases)
    if (!find_table(folder, release + "_GroundTruth").empty()) return release;
  return "";
}

const std::vector<std::string> kReleases2019 = {"ISIC_2019_Training", "ISIC_2019_Test"};
const std::vector<std::string> kReleases2018 = {"ISIC2018_Task3_Training",
                                                "ISIC2018_Task3_Validation", "ISIC2018_Task3_Test"};

LabelTable read_release(const fs::path& folder, const std::vector<std::string>& releases) {
  const std::string release = release_in(folder, releases);
  if (release.empty())
    throw Error("no label table", folder.string(), releases.front() + "_GroundTruth.csv");
  LabelTable table = label_table(read_one_hot(find_table(folder, release + "_GroundTruth")));
  table.image_folders = {release + "_Input"};
  return table;
}

// "HAM_0000118" -> "HAM": the collection that a lesion of ISIC 2019 came from.
std::string collection_of(const std::string& lesion_id) {
  const size_t end = lesion_id.find('_');
  return end == std::string::npos ? "" : lesion_id.substr(0, end);
}

}  // namespace

bool is_isic2019(const fs::path& folder) {
  return !release_in(folder, kReleases2019).empty();
}

bool is_isic2018(const fs::path& folder) {
  return !release_in(folder, kReleases2018).empty();
}

LabelTable read_isic2019(const fs::path& folder) {
  LabelTable table = read_release(folder, kReleases2019);
  const fs::path metadata = find_table(folder, release_in(folder, kReleases2019) + "_Metadata");
  if (metadata.empty()) {
    log_warn("{}: no Metadata.csv, so lesions are unknown and each image is its own group",
             folder.string());
    return table;
  }
  MetadataColumns columns;
  columns.lesion_id = "lesion_id";
  columns.age = "age_approx";
  columns.sex = "sex";
  columns.site = "anatom_site_general";
  join_metadata(metadata, "image", columns, table.rows);
  for (auto& row : table.rows) row.record.source = collection_of(row.record.lesion_id);
  return table;
}

LabelTable read_isic2018(const fs::path& folder) {
  LabelTable table = read_release(folder, kReleases2018);
  const fs::path groups =
      find_table(folder, release_in(folder, kReleases2018) + "_LesionGroupings");
  if (groups.empty()) {
    log_warn("{}: no LesionGroupings.csv, so lesions are unknown and each image is its own group",
             folder.string());
    return table;
  }
  MetadataColumns columns;
  columns.lesion_id = "lesion_id";
  join_metadata(groups, "image", columns, table.rows);
  return table;
}

}  // namespace derm
