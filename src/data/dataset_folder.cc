// One folder per class, with or without train, val and test folders above the classes.
#include <algorithm>

#include "base/error.h"
#include "base/strings.h"
#include "data/classes.h"
#include "data/dataset_table.h"

namespace derm {
namespace {

struct ClassFolder {
  fs::path path;  // relative to the dataset folder
  std::string name;
  std::optional<Split> split;
};

std::vector<std::string> folders_in(const fs::path& folder) {
  std::vector<std::string> out;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (entry.is_directory() && name[0] != '.') out.push_back(name);
  }
  std::sort(out.begin(), out.end());
  return out;
}

std::optional<Split> split_folder(const std::string& name) {
  if (name == "train" || name == "training") return Split::kTrain;
  if (name == "val" || name == "valid" || name == "validation") return Split::kVal;
  if (name == "test") return Split::kTest;
  return std::nullopt;
}

std::vector<ClassFolder> class_folders(const fs::path& root) {
  std::vector<ClassFolder> out;
  for (const auto& name : folders_in(root)) {
    const auto split = split_folder(name);
    if (!split) {
      out.push_back({name, name, std::nullopt});
      continue;
    }
    for (const auto& below : folders_in(root / name))
      out.push_back({fs::path(name) / below, below, split});
  }
  return out;
}

std::vector<fs::path> images_in(const fs::path& folder) {
  std::vector<fs::path> out = list_files(folder);
  out.erase(std::remove_if(out.begin(), out.end(), [](const auto& p) { return !is_image_file(p); }),
            out.end());
  return out;
}

// Short names where the folders carry ISIC names; otherwise the folder names, in byte order.
std::vector<std::string> class_names(const std::vector<ClassFolder>& folders) {
  std::vector<std::string> known, raw;
  for (const auto& folder : folders) {
    raw.push_back(folder.name);
    const std::string name = class_short_name(folder.name);
    if (!name.empty()) known.push_back(name);
  }
  return in_class_order(known.empty() ? raw : known);
}

std::string label_of(const std::string& folder, const std::vector<std::string>& classes) {
  const bool exact = std::find(classes.begin(), classes.end(), folder) != classes.end();
  const std::string known = class_short_name(folder);
  return exact || known.empty() ? folder : known;
}

// Two files of one name are the same image where their bytes are equal; otherwise each gets an id
// from its path, so that MEL/001.jpg and NV/001.jpg are two images.
void name_images(const fs::path& root, std::vector<LabelledRow>& rows) {
  std::map<std::string, std::vector<LabelledRow*>> by_stem;
  for (auto& row : rows) by_stem[fs::path(row.record.path).stem().string()].push_back(&row);
  for (auto& [stem, same] : by_stem) {
    std::map<std::string, std::string> id_of;  // sha256 -> id
    for (auto* row : same) {
      row->record.image_id = stem;
      if (same.size() == 1) continue;
      const fs::path path(row->record.path);
      const std::string own = (path.parent_path() / path.stem()).generic_string();
      row->record.image_id = id_of.emplace(sha256_file(root / path), own).first->second;
    }
  }
}

}  // namespace

bool is_class_folders(const fs::path& folder) {
  const auto folders = class_folders(folder);
  return std::any_of(folders.begin(), folders.end(),
                     [&](const auto& f) { return !images_in(folder / f.path).empty(); });
}

LabelTable read_class_folders(const fs::path& folder, const DatasetOptions& options) {
  const auto folders = class_folders(folder);
  if (folders.empty())
    throw Error("no class folders", folder.string(), "CLASS/image.jpg or train/CLASS/image.jpg");
  LabelTable table;
  table.classes = options.classes.empty() ? class_names(folders) : options.classes;
  table.image_folders = {"."};
  for (const auto& below : folders) {
    for (const auto& file : images_in(folder / below.path)) {
      LabelledRow row;
      row.record.path = file.lexically_relative(folder).generic_string();
      row.names = {label_of(below.name, table.classes)};
      row.split = below.split;
      row.where = row.record.path;
      table.rows.push_back(std::move(row));
    }
  }
  name_images(folder, table.rows);
  return table;
}

}  // namespace derm
