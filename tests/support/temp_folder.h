// A folder of its own for one test, removed at the end.
#pragma once

#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/files.h"

namespace derm::testing {

class TempFolder {
 public:
  TempFolder() {
    static std::atomic<int> made{0};
    path_ = fs::temp_directory_path() / fmt::format("derm_test_{}_{}", ::getpid(), made++);
    fs::create_directories(path_);
  }
  ~TempFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;

  const fs::path& path() const { return path_; }
  // Writes a file below the folder, with the folders above it, and returns its path.
  fs::path write(const std::string& name, std::string_view content) const {
    const fs::path file = path_ / name;
    fs::create_directories(file.parent_path());
    write_file_atomic(file, content);
    return file;
  }

 private:
  fs::path path_;
};

// The message of the derm::Error that `body` throws, or "no error".
inline std::string message_of(const std::function<void()>& body) {
  try {
    body();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace derm::testing
