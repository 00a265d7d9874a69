// HAM10000 as published: a metadata table and the images in one folder or in two.
#include "base/error.h"
#include "base/strings.h"
#include "data/classes.h"
#include "data/dataset_table.h"

namespace derm {
namespace {

fs::path metadata_in(const fs::path& folder) {
  for (const char* name : {"HAM10000_metadata.csv", "HAM10000_metadata"})
    if (fs::is_regular_file(folder / name)) return folder / name;
  return {};
}

LabelledRow read_row(const CsvTable& table, size_t r, size_t id, size_t dx) {
  MetadataColumns columns;
  columns.lesion_id = "lesion_id";
  columns.age = "age";
  columns.sex = "sex";
  columns.site = "localization";
  columns.source = "dataset";
  LabelledRow row;
  fill_metadata(table, r, columns, row.record);
  row.record.image_id = without_image_extension(std::string(trim(table.rows[r][id])));
  const std::string& name = table.rows[r][dx];
  const std::string known = class_short_name(name);
  if (!trim(name).empty()) row.names = {known.empty() ? name : known};
  row.where = table.place(r);
  return row;
}

}  // namespace

bool is_ham10000(const fs::path& folder) {
  return !metadata_in(folder).empty();
}

LabelTable read_ham10000(const fs::path& folder) {
  if (!is_ham10000(folder)) throw Error("no label table", folder.string(), "HAM10000_metadata.csv");
  const CsvTable table = read_csv(metadata_in(folder));
  LabelTable out;
  out.classes = {"MEL", "NV", "BCC", "AKIEC", "BKL", "DF", "VASC"};
  for (const char* name : {"HAM10000_images", "HAM10000_images_part_1", "HAM10000_images_part_2"})
    if (fs::is_directory(folder / name)) out.image_folders.emplace_back(name);
  const size_t id = table.column("image_id"), dx = table.column("dx");
  for (size_t r = 0; r < table.rows.size(); ++r) out.rows.push_back(read_row(table, r, id, dx));
  return out;
}

}  // namespace derm
