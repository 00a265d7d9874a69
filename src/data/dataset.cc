#include "data/dataset.h"

#include <algorithm>

#include "base/error.h"
#include "base/strings.h"
#include "data/dataset_table.h"

namespace derm {
namespace {

struct Format {
  const char* name;
  const char* signature;  // for messages: how the format is recognised
  bool (*fits)(const fs::path& folder);
  LabelTable (*read)(const fs::path& folder, const DatasetOptions& options);
};

// In the order of detection: a folder with a known table is never read as class folders.
const Format kFormats[] = {
    {"isic2019", "ISIC_2019_Training_GroundTruth.csv", is_isic2019,
     [](const fs::path& f, const DatasetOptions&) { return read_isic2019(f); }},
    {"isic2018", "ISIC2018_Task3_Training_GroundTruth.csv", is_isic2018,
     [](const fs::path& f, const DatasetOptions&) { return read_isic2018(f); }},
    {"ham10000", "HAM10000_metadata.csv", is_ham10000,
     [](const fs::path& f, const DatasetOptions&) { return read_ham10000(f); }},
    {"csv", "--columns map.yaml", [](const fs::path&) { return false; }, read_csv_dataset},
    {"folder", "CLASS/image.jpg or train/CLASS/image.jpg", is_class_folders, read_class_folders},
};

const Format& format_named(const std::string& name) {
  for (const auto& format : kFormats)
    if (name == format.name) return format;
  throw UsageError(
      fmt::format("unknown format '{}'{}", name, did_you_mean(name, dataset_formats())), "--format",
      "auto, " + join(dataset_formats(), ", "), name);
}

std::string signatures() {
  std::vector<std::string> out;
  for (const auto& format : kFormats)
    out.push_back(fmt::format("{} ({})", format.signature, format.name));
  return join(out, ", ");
}

}  // namespace

std::vector<std::string> dataset_formats() {
  std::vector<std::string> out;
  for (const auto& format : kFormats) out.emplace_back(format.name);
  return out;
}

std::string detect_format(const fs::path& folder, const DatasetOptions& options) {
  if (!fs::is_directory(folder))
    throw Error("no dataset folder", folder.string(), "a folder of images with labels");
  if (!options.columns.empty()) return "csv";
  std::vector<std::string> fitting;
  for (const auto& format : kFormats) {
    const bool by_folders = std::string_view(format.name) == "folder";
    if ((!by_folders || fitting.empty()) && format.fits(folder)) fitting.emplace_back(format.name);
  }
  if (fitting.size() == 1) return fitting[0];
  if (fitting.empty()) throw Error("no known dataset format", folder.string(), signatures());
  throw Error("several dataset formats fit", folder.string(), "one of them, by --format",
              join(fitting, ", "));
}

Dataset read_dataset(const fs::path& folder, const DatasetOptions& options) {
  const std::string name =
      options.format == "auto" ? detect_format(folder, options) : options.format;
  const Format& format = format_named(name);
  if (!fs::is_directory(folder))
    throw Error("no dataset folder", folder.string(), "a folder of images with labels");
  Dataset out = assemble(folder, format.read(folder, options), options);
  out.format = name;
  return out;
}

}  // namespace derm
