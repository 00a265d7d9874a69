#include "data/dataset_columns.h"

#include <algorithm>

#include "data/classes.h"
#include "data/dataset_table.h"

namespace derm {
namespace {

void check_map(const ColumnMap& map, const fs::path& file) {
  const auto need = [&](bool ok, const char* expected) {
    if (!ok) throw Error("incomplete column map", file.string(), expected);
  };
  need(!map.table.empty(), "the key 'table'");
  need(!map.path.empty() || !map.image_id.empty(), "the key 'path' or 'image_id'");
  need(map.class_column.empty() != map.one_hot.empty(), "the key 'class' or 'one_hot', not both");
  for (const auto& [value, name] : map.class_names.value.items())
    if (!name.is_string())
      throw Error("not a class name", map.class_names.child(value).where(), "a text", name.dump());
}

// The class that a value of the table stands for.
std::string class_of(const ColumnMap& map, const std::string& value) {
  if (map.class_names.has(value)) return map.class_names.value[value];
  const bool listed = std::find(map.classes.begin(), map.classes.end(), value) != map.classes.end();
  const std::string known = class_short_name(value);
  return listed || known.empty() ? value : known;
}

std::vector<std::string> marked_classes(const ColumnMap& map, const CsvTable& table, size_t r) {
  if (!map.class_column.empty()) {
    const std::string value(trim(table.rows[r][table.column(map.class_column)]));
    return value.empty() ? std::vector<std::string>{}
                         : std::vector<std::string>{class_of(map, value)};
  }
  std::vector<std::string> out;
  for (const auto& column : map.one_hot) {
    const auto value = to_double(trim(table.rows[r][table.column(column)]));
    if (!value || (*value != 0 && *value != 1))
      throw Error("not a one-hot cell", table.place(r) + ", column " + column, "0 or 1",
                  "'" + table.rows[r][table.column(column)] + "'");
    if (*value == 1) out.push_back(class_of(map, column));
  }
  return out;
}

const char* name_or_null(const CsvTable& table, const std::string& column) {
  if (column.empty()) return nullptr;
  table.column(column);  // throws where the table lacks it
  return column.c_str();
}

MetadataColumns metadata_columns(const ColumnMap& map, const CsvTable& table) {
  MetadataColumns out;
  out.lesion_id = name_or_null(table, map.lesion_id);
  out.patient_id = name_or_null(table, map.patient_id);
  out.age = name_or_null(table, map.age);
  out.sex = name_or_null(table, map.sex);
  out.site = name_or_null(table, map.site);
  out.source = name_or_null(table, map.source);
  return out;
}

LabelledRow read_row(const ColumnMap& map, const CsvTable& table, size_t r,
                     const MetadataColumns& columns) {
  LabelledRow row;
  row.where = table.place(r);
  fill_metadata(table, r, columns, row.record);
  if (!map.path.empty()) {
    const fs::path file(trim(table.rows[r][table.column(map.path)]));
    row.record.path = (fs::path(map.images) / file).lexically_normal().generic_string();
    row.record.image_id = without_image_extension(file.generic_string());
  }
  if (!map.image_id.empty())
    row.record.image_id =
        without_image_extension(std::string(trim(table.rows[r][table.column(map.image_id)])));
  row.names = marked_classes(map, table, r);
  if (!map.split.empty())
    row.split = split_named(std::string(trim(table.rows[r][table.column(map.split)])), row.where);
  return row;
}

}  // namespace

LabelTable read_csv_dataset(const fs::path& folder, const DatasetOptions& options) {
  if (options.columns.empty())
    throw UsageError("the format csv needs a column map", folder.string(), "--columns map.yaml");
  auto map = read_config<ColumnMap>(read_yaml(options.columns));
  check_map(map, options.columns);
  if (!options.classes.empty()) map.classes = options.classes;
  const CsvTable table = read_csv(folder / map.table);
  const MetadataColumns columns = metadata_columns(map, table);
  LabelTable out;
  out.image_folders = {map.images};
  for (size_t r = 0; r < table.rows.size(); ++r)
    out.rows.push_back(read_row(map, table, r, columns));
  out.classes = map.classes;
  if (map.classes.empty()) {
    for (const auto& column : map.one_hot) out.classes.push_back(class_of(map, column));
    for (const auto& row : out.rows)
      out.classes.insert(out.classes.end(), row.names.begin(), row.names.end());
    out.classes = in_class_order(std::move(out.classes));
  }
  return out;
}

}  // namespace derm
