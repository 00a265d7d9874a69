#include "report/run_index.h"

#include <fstream>

#include "report/run_tables.h"

namespace derm {
namespace {

bool has_config(const fs::path& folder) {
  std::error_code unreadable;
  return fs::exists(folder / "config.yaml", unreadable);
}

// Run directories at any depth; none is looked for inside another.
std::vector<fs::path> run_folders(const fs::path& root) {
  if (has_config(root)) return {root};
  std::vector<fs::path> out;
  std::error_code error;
  fs::recursive_directory_iterator it(root, fs::directory_options::skip_permission_denied, error);
  for (; !error && it != fs::recursive_directory_iterator(); it.increment(error)) {
    std::error_code unreadable;
    if (!it->is_directory(unreadable) || !has_config(it->path())) continue;
    out.push_back(it->path());
    it.disable_recursion_pending();
  }
  if (error) throw Error("cannot list folder", root.string(), "", error.message());
  return out;
}

RunIndex update(const fs::path& root, const fs::path& file) {
  Database database(file);
  database.run("BEGIN IMMEDIATE");  // of two lists at once the second waits
  create_run_tables(database);
  auto stamps = load_stamps(database);
  RunIndex out;
  for (const auto& folder : run_folders(root)) {
    const std::string stamp = stamp_of_run(folder);
    const auto known = stamps.find(folder.lexically_relative(root).string());
    const bool same = known != stamps.end() && known->second == stamp;
    if (known != stamps.end()) stamps.erase(known);
    if (same) continue;
    store_run(database, read_indexed_run_or_problem(root, folder), stamp);
    ++out.read;
  }
  for (const auto& [folder, stamp] : stamps) delete_run(database, folder);
  out.runs = load_runs(database);
  database.run("COMMIT");
  return out;
}

RunIndex update_in_memory(const fs::path& root, const std::string& why) {
  RunIndex out = update(root, {});
  out.notes.push_back("kept in memory: " + why);
  return out;
}

// Whether the file is absent, empty or says in its header that it is an index. What is no regular
// file is left to SQLite to refuse.
bool may_be_index(const fs::path& file) {
  std::error_code absent;
  if (!fs::is_regular_file(file, absent) || fs::file_size(file, absent) == 0) return true;
  constexpr size_t kIdOffset = 68;  // in SQLite's file header, big endian
  std::string header(kIdOffset + 4, '\0');
  std::ifstream(file, std::ios::binary).read(header.data(), std::streamsize(header.size()));
  uint32_t id = 0;
  for (size_t i = 0; i < 4; ++i) id = id << 8 | static_cast<uint8_t>(header[kIdOffset + i]);
  return header.rfind("SQLite format 3", 0) == 0 && id == kRunIndexId;
}

RunIndex make_anew(const fs::path& root, const fs::path& file, const std::string& why) {
  std::error_code error;
  fs::remove(file, error);
  fs::remove(file.string() + "-journal", error);  // or it would be played back into the new file
  RunIndex out = update(root, file);
  out.notes.push_back("made anew: " + why);
  return out;
}

}  // namespace

RunIndex update_run_index(const fs::path& root, const fs::path& file) {
  if (!fs::is_directory(root))
    throw Error("no such folder of runs", root.string(), "a folder that holds run directories");
  const bool other = !may_be_index(file);
  if (other && file.filename() != kRunIndexName)
    throw Error("the file is no index of runs", file.string(), "an index, or no file yet");
  try {
    if (other) return make_anew(root, file, file.string() + " was no index of runs");
    try {
      return update(root, file);
    } catch (const DamagedDatabase& error) {
      return make_anew(root, file, error.what());
    }
  } catch (const Error& error) {
    return update_in_memory(root, error.what());
  }
}

}  // namespace derm
