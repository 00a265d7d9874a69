// The images that a command line names: files, folders (their JPEG and PNG files), or - for one
// image on stdin.
#pragma once

#include <string>
#include <vector>

#include "base/files.h"

namespace derm {

struct InputImage {
  std::string name;  // the path as it was found, or "stdin"
  bool from_stdin = false;

  Bytes read() const;  // throws Error; at most the decoder's limit
};

// Throws Error for a path that does not exist, or a folder without images.
std::vector<InputImage> input_images(const std::vector<std::string>& paths);

}  // namespace derm
