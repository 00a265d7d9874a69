// The tables of the index of runs in SQLite: runs, their splits and their metrics.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "report/indexed_run.h"
#include "report/sqlite.h"

namespace derm {

// In the header of every index, so that no other database is taken for one.
inline constexpr uint32_t kRunIndexId = 0x4465726D;

// Empty tables where there are none, or those of an earlier version of the program.
void create_run_tables(Database& database);

std::map<std::string, std::string> load_stamps(Database& database);  // by folder
std::vector<IndexedRun> load_runs(Database& database);               // by rising folder

// Takes the place of the run of the same folder.
void store_run(Database& database, const IndexedRun& run, const std::string& stamp);
void delete_run(Database& database, const std::string& folder);

}  // namespace derm
