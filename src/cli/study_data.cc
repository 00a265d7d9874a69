#include "cli/study_data.h"

#include "base/error.h"
#include "base/log.h"
#include "base/progress.h"
#include "data/generate.h"
#include "data/split.h"
#include "eval/table.h"
#include "study/cell_config.h"
#include "study/test_images.h"

namespace derm {
namespace {

constexpr char kGenerated[] = "generated";

fs::path generated_folder(const fs::path& out) {
  return fs::absolute(out / kGenerated).lexically_normal();
}

// Drawn images, in ISIC 2019's layout; its table of labels is written last.
void draw_images(const fs::path& folder, int64_t count) {
  if (fs::exists(folder / "ISIC_2019_Training_GroundTruth.csv")) return;
  GenerateOptions options;
  options.images = count;
  options.imgsz = 128;
  options.exist_ok = true;
  Progress progress("generate", static_cast<uint64_t>(count), "images");
  generate_dataset(folder, options, [&](uint64_t n) { progress.add(n); });
}

Manifest split_for(const Study& study, const std::string& protocol, const Dataset& dataset,
                   const std::vector<std::string>& sha256) {
  const auto seed = static_cast<uint64_t>(study.split_seed);
  if (study.common_test)
    return common_test_split(dataset, sha256, {protocol, seed, study.target_per_class});
  SplitOptions options;
  options.protocol = protocol;
  options.fractions = usual_fractions(protocol);
  options.seed = seed;
  options.target_per_class = study.target_per_class;
  options.allow_image_split = true;  // check_permission has asked
  return split_dataset(dataset, sha256, options);
}

fs::path folder_of(const StudyDataFlags& flags, const fs::path& out) {
  return flags.dataset == kGenerated ? generated_folder(out) : fs::canonical(flags.dataset);
}

[[noreturn]] void other_split(const fs::path& file, const std::string& expected,
                              const std::string& got) {
  throw Error("the study's split was made otherwise", file.string(),
              expected + "; another --out for another study", got);
}

void check_split(const Study& study, const StudyDataFlags& flags, const fs::path& out,
                 const fs::path& file) {
  const Manifest manifest = read_manifest(file);
  if (!flags.dataset.empty() && !fs::equivalent(manifest.root, folder_of(flags, out)))
    other_split(file, folder_of(flags, out).string(), manifest.root.string());
  const auto& details = manifest.details;
  if (details.value("common_test", false) != study.common_test)
    other_split(file, fmt::format("common_test: {}", study.common_test), "");
  if (details.contains("seed") && details["seed"] != study.split_seed)
    other_split(file, fmt::format("split_seed: {}", study.split_seed), details["seed"].dump());
  if (details.contains("target_per_class") && details["target_per_class"] != study.target_per_class)
    other_split(file, fmt::format("target_per_class: {}", study.target_per_class),
                details["target_per_class"].dump());
}

Dataset read_images(const StudyDataFlags& flags, const fs::path& out) {
  if (flags.dataset.empty())
    throw UsageError("no images", "", "--dataset FOLDER (ISIC 2019, HAM10000, ...) or generated");
  if (flags.dataset == kGenerated) draw_images(generated_folder(out), flags.images);
  if (!fs::is_directory(folder_of(flags, out)))
    throw UsageError("not a folder", flags.dataset, "--dataset FOLDER, or generated");
  Dataset dataset = read_dataset(folder_of(flags, out), flags.reading->options());
  log_problems(dataset);
  return dataset;
}

std::string share_text(int64_t part, int64_t all) {
  return fmt::format("{:.1f} %", 100 * static_cast<double>(part) / static_cast<double>(all));
}

std::string split_text(const Manifest& manifest) {
  const auto count = [&](Split split) {
    return format_count(static_cast<int64_t>(manifest.indices(split).size()));
  };
  const LeakCount leak = count_leaks(manifest);
  std::string out = fmt::format("{} images in train, {} in val, {} in test.", count(Split::kTrain),
                                count(Split::kVal), count(Split::kTest));
  if (leak.lesion_in_train > 0)
    out += fmt::format(" {} of the test images show a lesion that is in train.",
                       share_text(leak.lesion_in_train, leak.test));
  if (leak.copy_in_train > 0)
    out += fmt::format(" Of {} train holds the image itself or a transformed copy of it.",
                       share_text(leak.copy_in_train, leak.test));
  return out;
}

}  // namespace

void add_study_data_flags(CLI::App& app, StudyDataFlags& flags) {
  app.add_option("--dataset", flags.dataset,
                 "folder of ISIC 2019, HAM10000 or any other that `data split` reads; or "
                 "`generated`: images that are drawn");
  app.add_option("--images", flags.images, "of --dataset generated")
      ->check(CLI::Range(24, 1'000'000))
      ->capture_default_str();
  app.add_flag("--allow-image-split", flags.allow_image_split,
               "permit protocols in which lesions leak from train to test");
  flags.reading = add_dataset_flags(app);
}

void check_permission(const std::vector<std::string>& protocols, const StudyDataFlags& flags) {
  for (const auto& protocol : protocols)
    if (leaks(protocol) && !flags.allow_image_split)
      throw UsageError(
          fmt::format("the protocol {} puts images of one lesion into train and test", protocol),
          "", "--protocols lesion or dsp, or --allow-image-split for a comparison", "");
}

void make_splits(const Study& study, const std::vector<std::string>& protocols,
                 const StudyDataFlags& flags, const fs::path& out) {
  std::vector<std::string> lacking;
  for (const auto& protocol : protocols) {
    const auto file = split_file(out, protocol);
    if (fs::exists(file) && fs::exists(fs::path(file).replace_extension(".json")))
      check_split(study, flags, out, file);
    else
      lacking.push_back(protocol);
  }
  if (lacking.empty()) return;
  const Dataset dataset = read_images(flags, out);
  std::vector<std::string> sha256;
  with_progress("hash", dataset.records.size(),
                [&](const auto& progress) { sha256 = hash_images(dataset, progress); });
  fs::create_directories(out / "splits");
  for (const auto& protocol : lacking) {
    const Manifest manifest = split_for(study, protocol, dataset, sha256);
    write_manifest(split_file(out, protocol), manifest);
    log_info("split {}: {}", protocol_text(protocol), split_text(manifest));
  }
}

void describe_splits(const std::vector<std::string>& protocols, const fs::path& out,
                     StudyNotes& notes) {
  for (const auto& protocol : protocols) {
    const Manifest manifest = read_manifest(split_file(out, protocol));
    const bool drawn = fs::absolute(manifest.root).lexically_normal() == generated_folder(out);
    notes.dataset = drawn ? kGenerated : manifest.details.value("format", "unknown");
    notes.protocols[protocol] = split_text(manifest);
  }
}

}  // namespace derm
