#include "data/dataset_table.h"

#include <algorithm>
#include <unordered_map>

#include "base/error.h"
#include "base/strings.h"
#include "data/classes.h"

namespace derm {
namespace {

// Columns of ISIC tables that are neither the image nor a class.
bool is_weight_column(const std::string& name) {
  return ends_with(name, "weight");
}

struct ClassColumn {
  size_t column;
  std::string name;
};

std::vector<ClassColumn> class_columns(const CsvTable& table, size_t id_column) {
  std::vector<ClassColumn> out;
  for (size_t c = 0; c < table.header.size(); ++c) {
    if (c == id_column || is_weight_column(table.header[c])) continue;
    const std::string name = class_short_name(table.header[c]);
    if (name.empty())
      throw Error(fmt::format("unknown class '{}'{}", table.header[c],
                              did_you_mean(table.header[c], isic_classes())),
                  table.file + ", line 1", join(isic_classes(), ", "), table.header[c]);
    out.push_back({c, name});
  }
  return out;
}

std::vector<std::string> marked(const CsvTable& table, size_t row,
                                const std::vector<ClassColumn>& columns) {
  std::vector<std::string> out;
  for (const auto& [column, name] : columns) {
    const std::string& cell = table.rows[row][column];
    const auto value = to_double(trim(cell));
    if (!value || (*value != 0 && *value != 1))
      throw Error("not a one-hot cell", table.place(row) + ", column " + name, "0 or 1",
                  "'" + cell + "'");
    if (*value == 1) out.push_back(name);
  }
  return out;
}

std::string text_at(const CsvTable& table, size_t row, const char* column) {
  if (column == nullptr) return "";
  const auto at = table.find(column);
  if (!at) return "";
  std::string text(trim(table.rows[row][*at]));
  return lower(text) == "unknown" || lower(text) == "nan" ? "" : text;
}

}  // namespace

OneHotTable read_one_hot(const fs::path& path) {
  const CsvTable table = read_csv(path);
  const auto image = table.find("image");
  const size_t id_column = image ? *image : table.column("image_id");
  const auto columns = class_columns(table, id_column);
  OneHotTable out;
  bool unknown_marked = false;
  for (size_t r = 0; r < table.rows.size(); ++r) {
    out.ids.push_back(without_image_extension(std::string(trim(table.rows[r][id_column]))));
    out.names.push_back(marked(table, r, columns));
    out.places.push_back(table.place(r));
    const auto& names = out.names.back();
    unknown_marked |= std::find(names.begin(), names.end(), "UNK") != names.end();
  }
  for (const auto& column : columns)
    if (column.name != "UNK" || unknown_marked) out.classes.push_back(column.name);
  out.classes = in_class_order(std::move(out.classes));
  return out;
}

LabelTable label_table(OneHotTable table) {
  LabelTable out;
  out.classes = std::move(table.classes);
  for (size_t r = 0; r < table.ids.size(); ++r) {
    LabelledRow row;
    row.record.image_id = std::move(table.ids[r]);
    row.names = std::move(table.names[r]);
    row.where = std::move(table.places[r]);
    out.rows.push_back(std::move(row));
  }
  return out;
}

void fill_metadata(const CsvTable& table, size_t row, const MetadataColumns& columns,
                   Record& record) {
  record.lesion_id = text_at(table, row, columns.lesion_id);
  record.patient_id = text_at(table, row, columns.patient_id);
  const auto age = to_double(text_at(table, row, columns.age));
  record.age = age && *age >= 0 && *age <= 200 ? *age : -1;
  record.sex = lower(text_at(table, row, columns.sex));
  record.site = text_at(table, row, columns.site);
  record.source = text_at(table, row, columns.source);
}

void join_metadata(const fs::path& path, const char* id_column, const MetadataColumns& columns,
                   std::vector<LabelledRow>& rows) {
  const CsvTable table = read_csv(path);
  const size_t id = table.column(id_column);
  std::unordered_map<std::string, size_t> row_of;
  for (size_t r = 0; r < table.rows.size(); ++r)
    row_of.emplace(without_image_extension(std::string(trim(table.rows[r][id]))), r);
  for (auto& row : rows) {
    const auto it = row_of.find(row.record.image_id);
    if (it != row_of.end()) fill_metadata(table, it->second, columns, row.record);
  }
}

bool is_image_file(const fs::path& path) {
  const std::string extension = lower(path.extension().string());
  return extension == ".jpg" || extension == ".jpeg" || extension == ".png";
}

std::string without_image_extension(const std::string& name) {
  return is_image_file(name) ? name.substr(0, name.rfind('.')) : name;
}

}  // namespace derm
