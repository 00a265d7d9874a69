// `dermdistill data check`: decodes every image; exit code 1 where some are bad and none was
// quarantined.
#include <cstdio>

#include "base/error.h"
#include "base/log.h"
#include "base/strings.h"
#include "cli/command.h"
#include "cli/dataset_options.h"
#include "data/check.h"

namespace derm {
namespace {

ImageCheck check(const fs::path& path) {
  ImageCheck out;
  if (ends_with(path.string(), ".csv")) {
    const Manifest manifest = read_manifest(path);
    with_progress("check", manifest.rows.size(),
                  [&](const auto& progress) { out = check_manifest(manifest, progress); });
    return out;
  }
  if (!fs::is_directory(path)) throw Error("nothing to check", path.string(), "a folder or a .csv");
  with_progress("check", image_files(path).size(),
                [&](const auto& progress) { out = check_folder(path, progress); });
  return out;
}

int run(const fs::path& path, const fs::path& quarantine) {
  const ImageCheck result = check(path);
  for (const auto& [file, reason] : result.bad)
    std::printf("%s: %s\n", file.c_str(), reason.c_str());
  std::printf("%lld files, %zu bad\n", static_cast<long long>(result.files), result.bad.size());
  if (!quarantine.empty()) {
    write_quarantine(quarantine, result.bad);
    log_info("{}: {} files", quarantine.string(), result.bad.size());
  }
  return result.bad.empty() || !quarantine.empty() ? 0 : kExitFailure;
}

}  // namespace

void add_data_check(CLI::App& parent, int& exit_code) {
  const auto path = std::make_shared<std::string>(), out = std::make_shared<std::string>();
  auto* app = parent.add_subcommand("check", "decode every image and list the unreadable ones");
  app->add_option("path", *path, "a dataset folder or a manifest (.csv)")->required();
  app->add_option("--quarantine-out", *out,
                  "write the bad files to this list, for --quarantine of other commands");
  app->footer("Example:\n  dermdistill data check HAM10000 --quarantine-out bad.csv");
  app->callback([path, out, &exit_code] { exit_code = run(*path, *out); });
}

}  // namespace derm
