#include "dermscope/inputs.h"

#include <array>
#include <cstdio>

#include "base/error.h"
#include "base/strings.h"
#include "image/decode.h"

namespace derm {
namespace {

bool is_image_name(const fs::path& path) {
  const std::string extension = lower(path.extension().string());
  return extension == ".jpg" || extension == ".jpeg" || extension == ".png";
}

Bytes read_stdin(uint64_t max_bytes) {
  Bytes bytes;
  std::array<uint8_t, 65536> block{};
  while (const size_t n = std::fread(block.data(), 1, block.size(), stdin)) {
    bytes.insert(bytes.end(), block.begin(), block.begin() + static_cast<std::ptrdiff_t>(n));
    if (bytes.size() > max_bytes)
      throw Error("file over the size limit", "stdin", fmt::format("at most {} bytes", max_bytes));
  }
  return bytes;
}

}  // namespace

Bytes InputImage::read() const {
  const uint64_t limit = DecodeLimits{}.max_file_bytes;
  return from_stdin ? read_stdin(limit) : read_file(name, limit);
}

std::vector<InputImage> input_images(const std::vector<std::string>& paths) {
  std::vector<InputImage> images;
  for (const auto& path : paths) {
    if (path == "-") {
      images.push_back({"stdin", true});
    } else if (fs::is_directory(path)) {
      const size_t before = images.size();
      for (const auto& file : list_files(path))
        if (is_image_name(file)) images.push_back({file.string()});
      if (images.size() == before)
        throw Error("a folder without images", path, "JPEG or PNG files");
    } else if (fs::exists(path)) {
      images.push_back({path});
    } else {
      throw Error("no such image", path, "a file, a folder, or - for stdin");
    }
  }
  return images;
}

}  // namespace derm
