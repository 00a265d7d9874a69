// What every dataset reader produces: rows as the label table has them, before anything is checked
// against the image files. assemble() does that part for all of them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/csv.h"
#include "data/dataset.h"

namespace derm {

struct LabelledRow {
  Record record;                   // path: only where the table names files; label: not yet
  std::vector<std::string> names;  // the classes that are marked; exactly one is right
  std::optional<Split> split;
  std::string where;  // "file, line 7"
};

struct LabelTable {
  std::vector<std::string> classes;     // in label order
  std::vector<fs::path> image_folders;  // relative to the dataset folder
  std::vector<LabelledRow> rows;
};

// Finds the file of every row, turns names into labels and settles every problem.
Dataset assemble(const fs::path& root, LabelTable table, const DatasetOptions& options);

// A table of one column per class with 0 or 1, as ISIC publishes it.
struct OneHotTable {
  std::vector<std::string> classes;  // ISIC column order; UNK is left out where no row marks it
  std::vector<std::string> ids;
  std::vector<std::vector<std::string>> names;  // [rows] the marked classes
  std::vector<std::string> places;
};

// Throws Error for a column that is no class and a cell that is no number.
OneHotTable read_one_hot(const fs::path& path);
LabelTable label_table(OneHotTable table);

// Where a table keeps what is known about an image; a null or absent column is unknown.
struct MetadataColumns {
  const char* lesion_id = nullptr;
  const char* patient_id = nullptr;
  const char* age = nullptr;
  const char* sex = nullptr;
  const char* site = nullptr;
  const char* source = nullptr;
};
void fill_metadata(const CsvTable& table, size_t row, const MetadataColumns& columns,
                   Record& record);

// Fills the records of `rows` from the metadata table's row of the same image.
void join_metadata(const fs::path& path, const char* id_column, const MetadataColumns& columns,
                   std::vector<LabelledRow>& rows);

// "ISIC_0000001.jpg" -> "ISIC_0000001"
std::string without_image_extension(const std::string& name);
bool is_image_file(const fs::path& path);  // .jpg, .jpeg or .png in any case

// Readers, one per format.
LabelTable read_isic2019(const fs::path& folder);
LabelTable read_isic2018(const fs::path& folder);
LabelTable read_ham10000(const fs::path& folder);
LabelTable read_class_folders(const fs::path& folder, const DatasetOptions& options);
LabelTable read_csv_dataset(const fs::path& folder, const DatasetOptions& options);

bool is_isic2019(const fs::path& folder);
bool is_isic2018(const fs::path& folder);
bool is_ham10000(const fs::path& folder);
bool is_class_folders(const fs::path& folder);

}  // namespace derm
