// Golden files and real data for tests. GOLDEN_DIR points at another folder of the same JSON files;
// DERM_REAL_DATA at the folder that holds HAM10000/, ISIC2019/ and weights/.
#pragma once

#include <cstdlib>
#include <string>
#include <vector>

#include "base/json.h"

namespace derm::testing {

inline fs::path source_dir() {
  return DERM_SOURCE_DIR;
}

// A golden file: of GOLDEN_DIR where that is set and has it, else of tests/golden (which also holds
// files of its own: image_*, net_*).
inline fs::path golden_file(const std::string& name) {
  const char* other = std::getenv("GOLDEN_DIR");
  if (other != nullptr && fs::exists(fs::path(other) / name)) return fs::path(other) / name;
  return source_dir() / "tests" / "golden" / name;
}

// NAME.json: {"inputs", "params", "values", "cases"}.
inline Json golden(const std::string& name) {
  return read_json(golden_file(name + ".json"));
}

// {"shape": [...], "data": [...]} -> its numbers, row-major.
inline std::vector<double> numbers(const Json& tensor) {
  return tensor.at("data").get<std::vector<double>>();
}

// The folder of real images and weights, or empty where there is none: such tests skip.
inline fs::path real_data() {
  const char* named = std::getenv("DERM_REAL_DATA");
  const fs::path folder =
      named != nullptr ? fs::path(named) : source_dir() / ".." / "shared" / "data";
  return fs::exists(folder / "HAM10000") ? fs::canonical(folder) : fs::path();
}

}  // namespace derm::testing

#define DERM_SKIP_WITHOUT_REAL_DATA()       \
  if (::derm::testing::real_data().empty()) \
  GTEST_SKIP() << "real data not found: set DERM_REAL_DATA to the folder with HAM10000/"
