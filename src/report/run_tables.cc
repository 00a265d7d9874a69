#include "report/run_tables.h"

namespace derm {
namespace {

constexpr int kVersion = 1;  // another one is made anew
constexpr const char* kTables[] = {"runs", "splits", "metrics"};

struct TextColumn {
  const char* name;
  std::string IndexedRun::*value;
};
struct IntegerColumn {
  const char* name;
  std::optional<int64_t> IndexedRun::*value;
};
struct RealColumn {
  const char* name;
  std::optional<double> IndexedRun::*value;
};

constexpr TextColumn kTexts[] = {
    {"folder", &IndexedRun::folder},     {"name", &IndexedRun::name},
    {"recipe", &IndexedRun::recipe},     {"arch", &IndexedRun::arch},
    {"teachers", &IndexedRun::teachers}, {"best_metric", &IndexedRun::best_metric},
    {"protocol", &IndexedRun::protocol}, {"manifest_hash", &IndexedRun::manifest_hash},
    {"problem", &IndexedRun::problem}};
constexpr IntegerColumn kIntegers[] = {{"seed", &IndexedRun::seed},
                                       {"parameters", &IndexedRun::parameters},
                                       {"macs", &IndexedRun::macs},
                                       {"epochs", &IndexedRun::epochs},
                                       {"best_epoch", &IndexedRun::best_epoch}};
constexpr RealColumn kReals[] = {{"best_value", &IndexedRun::best_value},
                                 {"seconds_total", &IndexedRun::seconds_total}};

// The columns of `runs` behind `stamp`: with their types, by name, or a place for each value.
enum class ColumnForm { kTyped, kNamed, kPlaces };

std::string columns_of_runs(ColumnForm form) {
  std::string out;
  const auto add = [&](const char* name, const char* type) {
    out += form == ColumnForm::kPlaces ? ", ?" : fmt::format(", {}", name);
    if (form == ColumnForm::kTyped) out += type;
  };
  for (const auto& column : kTexts) add(column.name, " TEXT");
  for (const auto& column : kIntegers) add(column.name, " INTEGER");
  for (const auto& column : kReals) add(column.name, " REAL");
  return out;
}

int64_t stored_version(Database& database) {
  Statement version(database, "PRAGMA user_version");
  version.step();
  return version.integer(0).value_or(0);
}

void store_splits(Database& database, const IndexedRun& run) {
  Statement split_row(database, "INSERT INTO splits VALUES (?, ?, ?)");
  Statement metric_row(database, "INSERT INTO metrics VALUES (?, ?, ?, ?)");
  for (const auto& [split, measured] : run.splits) {
    split_row.bind(run.folder).bind(split).bind(measured.manifest_hash).execute();
    for (const auto& [name, value] : measured.values)
      metric_row.bind(run.folder).bind(split).bind(name).bind(std::optional(value)).execute();
  }
}

void load_splits(Database& database, std::map<std::string, IndexedRun*>& by_folder) {
  for (Statement row(database, "SELECT folder, split, manifest_hash FROM splits"); row.step();)
    if (const auto run = by_folder.find(row.text(0)); run != by_folder.end())
      run->second->splits[row.text(1)].manifest_hash = row.text(2);
  for (Statement row(database, "SELECT folder, split, name, value FROM metrics"); row.step();) {
    const auto run = by_folder.find(row.text(0));
    const auto value = row.real(3);
    if (run != by_folder.end() && value)
      run->second->splits[row.text(1)].values[row.text(2)] = *value;
  }
}

}  // namespace

void create_run_tables(Database& database) {
  if (stored_version(database) == kVersion) return;
  for (const char* table : kTables) database.run(fmt::format("DROP TABLE IF EXISTS {}", table));
  database.run("CREATE TABLE runs (stamp TEXT" + columns_of_runs(ColumnForm::kTyped) +
               ", PRIMARY KEY (folder))");
  database.run(
      "CREATE TABLE splits (folder TEXT, split TEXT, manifest_hash TEXT, "
      "PRIMARY KEY (folder, split))");
  database.run(
      "CREATE TABLE metrics (folder TEXT, split TEXT, name TEXT, value REAL, "
      "PRIMARY KEY (folder, split, name))");
  database.run(fmt::format("PRAGMA application_id = {}", kRunIndexId));
  database.run(fmt::format("PRAGMA user_version = {}", kVersion));
}

std::map<std::string, std::string> load_stamps(Database& database) {
  std::map<std::string, std::string> out;
  for (Statement row(database, "SELECT folder, stamp FROM runs"); row.step();)
    out[row.text(0)] = row.text(1);
  return out;
}

std::vector<IndexedRun> load_runs(Database& database) {
  std::vector<IndexedRun> out;
  Statement row(database, "SELECT stamp" + columns_of_runs(ColumnForm::kNamed) +
                              " FROM runs ORDER BY folder");
  while (row.step()) {
    IndexedRun run;
    int at = 1;
    for (const auto& column : kTexts) run.*column.value = row.text(at++);
    for (const auto& column : kIntegers) run.*column.value = row.integer(at++);
    for (const auto& column : kReals) run.*column.value = row.real(at++);
    out.push_back(std::move(run));
  }
  std::map<std::string, IndexedRun*> by_folder;
  for (auto& run : out) by_folder[run.folder] = &run;
  load_splits(database, by_folder);
  return out;
}

void store_run(Database& database, const IndexedRun& run, const std::string& stamp) {
  delete_run(database, run.folder);
  Statement row(database, "INSERT INTO runs (stamp" + columns_of_runs(ColumnForm::kNamed) +
                              ") VALUES (?" + columns_of_runs(ColumnForm::kPlaces) + ")");
  row.bind(stamp);
  for (const auto& column : kTexts) row.bind(run.*column.value);
  for (const auto& column : kIntegers) row.bind(run.*column.value);
  for (const auto& column : kReals) row.bind(run.*column.value);
  row.execute();
  store_splits(database, run);
}

void delete_run(Database& database, const std::string& folder) {
  for (const char* table : kTables)
    Statement(database, fmt::format("DELETE FROM {} WHERE folder = ?", table))
        .bind(folder)
        .execute();
}

}  // namespace derm
