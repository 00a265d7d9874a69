#include "report/run_files.h"

#include <algorithm>

#include "report/script_json.h"

namespace derm {

std::optional<std::string> run_text(const fs::path& run_folder, const std::string& name) {
  constexpr uint64_t kMaxBytes = 1 << 20;
  const fs::path path = run_folder / name;
  if (!fs::exists(path)) return std::nullopt;
  return valid_utf8(read_text(path, kMaxBytes));
}

std::vector<std::pair<std::string, std::string>> run_hashes(const fs::path& run_folder,
                                                            const std::string& split) {
  std::vector<std::pair<std::string, std::string>> out;
  for (const auto& name : {std::string("manifest.csv"), std::string("weights/best.safetensors"),
                           "predictions_" + split + ".csv"})
    if (fs::is_regular_file(run_folder / name))
      out.emplace_back(name, sha256_file(run_folder / name));
  return out;
}

std::vector<QuantizedBundle> quantized_bundles(const fs::path& run_folder) {
  constexpr const char* kFile = "quantization.json";
  std::vector<QuantizedBundle> out;
  if (fs::exists(run_folder / kFile)) out.push_back({"int8", read_json(run_folder / kFile)});
  for (const auto& entry : fs::directory_iterator(run_folder))
    if (fs::exists(entry.path() / kFile))
      out.push_back(
          {valid_utf8(entry.path().filename().string()), read_json(entry.path() / kFile)});
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return out;
}

}  // namespace derm
