#include "data/check.h"

#include <mutex>

#include "base/error.h"
#include "base/parallel.h"
#include "data/dataset_table.h"
#include "image/decode.h"

namespace derm {
namespace {

// What is wrong with the file, or nothing. `sha256_wanted` may be empty.
std::string fault(const fs::path& file, const std::string& sha256_wanted) {
  try {
    const Bytes bytes = read_file(file, DecodeLimits().max_file_bytes);
    if (!sha256_wanted.empty() && sha256(bytes) != sha256_wanted)
      return "its bytes changed since the split";
    decode(bytes, file.filename().string());
  } catch (const Error& error) {
    return error.got().empty() ? error.problem() : error.problem() + ": " + error.got();
  }
  return "";
}

ImageCheck check_files(const fs::path& root, const std::vector<std::string>& paths,
                       const std::vector<std::string>& hashes,
                       const std::function<void(uint64_t)>& progress) {
  ImageCheck out;
  out.files = static_cast<int64_t>(paths.size());
  std::mutex mutex;
  parallel_for(paths.size(), 0, [&](size_t i) {
    const std::string wrong = fault(root / paths[i], hashes.empty() ? "" : hashes[i]);
    if (!wrong.empty()) {
      const std::lock_guard<std::mutex> lock(mutex);
      out.bad[paths[i]] = wrong;
    }
    if (progress) progress(1);
  });
  return out;
}

}  // namespace

std::vector<std::string> image_files(const fs::path& folder) {
  std::vector<std::string> out;
  for (const auto& file : list_files(folder))
    if (is_image_file(file)) out.push_back(file.lexically_relative(folder).generic_string());
  return out;
}

ImageCheck check_folder(const fs::path& folder, const std::function<void(uint64_t)>& progress) {
  return check_files(folder, image_files(folder), {}, progress);
}

ImageCheck check_manifest(const Manifest& manifest, const std::function<void(uint64_t)>& progress) {
  std::vector<std::string> paths, hashes;
  for (const auto& row : manifest.rows) {
    paths.push_back(row.path);
    hashes.push_back(row.sha256);
  }
  return check_files(manifest.root, paths, hashes, progress);
}

}  // namespace derm
