#include "cli/dataset_options.h"

#include <mutex>

#include "base/log.h"
#include "base/progress.h"
#include "base/strings.h"
#include "data/split.h"

namespace derm {

DatasetOptions DatasetFlags::options() const {
  DatasetOptions out;
  out.format = format;
  out.labels = labels;
  out.columns = columns;
  out.classes = classes;
  out.quarantine = quarantine;
  out.allow = allow;
  return out;
}

std::shared_ptr<DatasetFlags> add_dataset_flags(CLI::App& command) {
  const auto flags = std::make_shared<DatasetFlags>();
  command.add_option("--format", flags->format, "auto, " + join(dataset_formats(), ", "))
      ->default_str("auto");
  command.add_option("--labels", flags->labels,
                     "a one-hot table (image,MEL,NV,...) whose labels replace the dataset's");
  command.add_option("--columns", flags->columns, "column map of format csv, a YAML file");
  command
      .add_option("--classes", flags->classes,
                  "class names in label order, for the formats folder and csv")
      ->delimiter(',')
      ->allow_extra_args(false);
  command.add_option("--quarantine", flags->quarantine,
                     "leave out the files of this list (data check --quarantine-out)");
  for (size_t kind = 0; kind < kProblemCount; ++kind) {
    const auto& problem = kProblemKinds[kind];
    command.add_flag(fmt::format("--allow-{}", problem.name), flags->allow.at(kind),
                     fmt::format("{}: {}", problem.what, problem.effect));
  }
  return flags;
}

Manifest ManifestFlags::read() const {
  if (ends_with(path, ".csv")) {
    Manifest manifest = read_manifest(path);
    if (!dataset->quarantine.empty())
      drop_quarantined(manifest, read_quarantine(dataset->quarantine));
    return manifest;
  }
  DatasetOptions reading = dataset->options();
  reading.tables_only = true;
  const Dataset found = read_dataset(path, reading);
  log_problems(found);
  std::vector<std::string> sha256;
  with_progress("hash", found.records.size(),
                [&](const auto& progress) { sha256 = hash_images(found, progress); });
  SplitOptions options;
  options.protocol = protocol == "none" ? "lesion" : protocol;
  options.fractions =
      protocol == "none" ? std::array<double, 3>{1, 0, 0} : usual_fractions(protocol);
  options.split_file = split_file;
  options.seed = seed;
  options.allow_image_split = true;
  Manifest manifest = split_dataset(found, sha256, options);
  if (protocol == "none") manifest.protocol = protocol;
  return manifest;
}

std::shared_ptr<ManifestFlags> add_manifest_flags(CLI::App& command) {
  const auto flags = std::make_shared<ManifestFlags>();
  command.add_option("manifest", flags->path, "a manifest (.csv) or a dataset folder")->required();
  command
      .add_option("--protocol", flags->protocol,
                  "of a dataset folder: split it so in memory (ssdkd, lesion, image, dsp, "
                  "dsp-paper, given)")
      ->default_str("none");
  command.add_option("--split-file", flags->split_file, "image_id,split for --protocol given");
  command.add_option("--seed", flags->seed, "of the split in memory")->default_str("0");
  flags->dataset = add_dataset_flags(command);
  return flags;
}

void log_problems(const Dataset& dataset) {
  for (const auto& line : dataset.problems.lines()) log_warn("{}", line);
  if (!dataset.quarantined.empty())
    log_info("{} images left out by the quarantine list", dataset.quarantined.size());
}

void with_progress(const std::string& label, uint64_t total,
                   const std::function<void(const std::function<void(uint64_t)>&)>& body) {
  Progress bar(label, total, "images", logger().should_log(spdlog::level::info));
  std::mutex mutex;
  body([&](uint64_t count) {
    const std::lock_guard<std::mutex> lock(mutex);
    bar.add(count);
  });
}

}  // namespace derm
