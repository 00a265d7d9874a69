// Files of a run that a report quotes or hashes as they are, and what quantisation measured.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/files.h"
#include "base/json.h"

namespace derm {

// The text of RUN/NAME as valid UTF-8; nothing where there is no such file.
std::optional<std::string> run_text(const fs::path& run_folder, const std::string& name);

// Name and SHA-256 of those of these files that exist: manifest.csv, weights/best.safetensors,
// predictions of the split.
std::vector<std::pair<std::string, std::string>> run_hashes(const fs::path& run_folder,
                                                            const std::string& split);

struct QuantizedBundle {
  std::string name;  // of the bundle's folder
  Json numbers;      // quantization.json
};

// RUN/quantization.json and RUN/*/quantization.json, sorted by name.
std::vector<QuantizedBundle> quantized_bundles(const fs::path& run_folder);

}  // namespace derm
