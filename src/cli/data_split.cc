// `dermdistill data split`: freezes train, val and test to a manifest.
#include <algorithm>
#include <cstdio>
#include <set>

#include "base/error.h"
#include "base/log.h"
#include "cli/command.h"
#include "cli/dataset_options.h"
#include "data/split.h"
#include "eval/table.h"

namespace derm {
namespace {

struct SplitCommand {
  std::string folder, out = "manifest.csv", protocol = "lesion", split_file;
  std::vector<double> fractions;
  SplitOptions options;
  bool exist_ok = false;
  std::shared_ptr<DatasetFlags> dataset;
};

// Images, or lesions (an image without a lesion counts as one), of one class in one split.
std::string cell(const Manifest& manifest, int64_t label, Split split, bool lesions) {
  int64_t images = 0;
  std::set<std::string> seen;
  for (const auto& row : manifest.rows) {
    if (row.split != split || (label >= 0 && row.label != label)) continue;
    ++images;
    seen.insert(row.lesion_id.empty() ? " " + row.image_id : row.lesion_id);
  }
  return format_count(lesions ? static_cast<int64_t>(seen.size()) : images);
}

std::string summary(const Manifest& manifest) {
  TextTable table({"class", "train", "lesions", "val", "lesions", "test", "lesions"});
  const auto classes = static_cast<int64_t>(manifest.classes.size());
  for (int64_t c = 0; c <= classes; ++c) {
    const int64_t label = c < classes ? c : -1;
    std::vector<std::string> row = {label < 0 ? "all" : manifest.classes[static_cast<size_t>(c)]};
    for (const Split split : {Split::kTrain, Split::kVal, Split::kTest})
      for (const bool lesions : {false, true}) row.push_back(cell(manifest, label, split, lesions));
    table.add(row);
  }
  return table.str();
}

SplitOptions split_options(const SplitCommand& command) {
  SplitOptions out = command.options;
  out.protocol = command.split_file.empty() ? command.protocol : "given";
  out.split_file = command.split_file;
  out.fractions = usual_fractions(out.protocol);
  if (!command.fractions.empty() && command.fractions.size() != 3)
    throw UsageError("wrong number of fractions", "--fractions", "train,val,test",
                     fmt::format("{} numbers", command.fractions.size()));
  std::copy(command.fractions.begin(), command.fractions.end(), out.fractions.begin());
  check_split_options(out);
  return out;
}

void run(const SplitCommand& command) {
  const SplitOptions options = split_options(command);
  const fs::path out = command.out;
  if (!command.exist_ok && fs::exists(out))
    throw Error("the manifest exists already", out.string(),
                "another --out, or --exist-ok to replace it");
  const Dataset dataset = read_dataset(command.folder, command.dataset->options());
  log_problems(dataset);
  std::vector<std::string> sha256;
  with_progress("hash", dataset.records.size(),
                [&](const auto& progress) { sha256 = hash_images(dataset, progress); });
  const Manifest manifest = split_dataset(dataset, sha256, options);
  if (out.has_parent_path()) fs::create_directories(out.parent_path());
  write_manifest(out, manifest);
  if (is_leaky(manifest.protocol))
    log_warn("{}: copies of one image are in train and in test", manifest.protocol);
  else if (options.protocol == "image" || options.protocol == "ssdkd")
    log_warn("protocol {}: images of one lesion may be in train and in test", options.protocol);
  log_info("{}: {} images, protocol {}", out.string(), manifest.rows.size(), manifest.protocol);
  std::fputs(summary(manifest).c_str(), stdout);
}

}  // namespace

void add_data_split(CLI::App& parent, int&) {
  const auto command = std::make_shared<SplitCommand>();
  auto* app = parent.add_subcommand("split", "divide a dataset into train, val and test");
  app->add_option("dataset", command->folder, "folder of the dataset")->required();
  app->add_option("-o,--out", command->out, "the manifest to write (.csv, and .json beside it)")
      ->capture_default_str();
  app->add_option("--protocol", command->protocol,
                  "lesion: grouped by lesion and stratified; image: stratified only; "
                  "ssdkd: the published split of ISIC 2019; dsp: 8:2 by lesion, a tenth of train "
                  "is val; dsp-paper: DSP-KD's published order, LEAKY; source: one camera or "
                  "clinic is test; given: as the dataset says")
      ->capture_default_str();
  app->add_option("--fractions", command->fractions, "shares of train,val,test")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->default_str("0.7,0.15,0.15; dsp: 0.72,0.08,0.2");
  app->add_option("--folds", command->options.folds,
                  "cross-validation: val is one fold, train the others");
  app->add_option("--fold", command->options.fold, "which fold is val, from 0");
  app->add_option("--test-share", command->options.test_share,
                  "with --folds: share held out as test, the same for every fold");
  app->add_option("--seed", command->options.seed, "of the random assignment")
      ->capture_default_str();
  app->add_option("--target-per-class", command->options.target_per_class,
                  "dsp-paper: list transformed copies until each class has this many images")
      ->capture_default_str();
  app->add_option("--test-source", command->options.test_source,
                  "source: the one to test on, as the dataset's column of sources says");
  app->add_option("--split-file", command->split_file,
                  "a CSV with image_id,split: the protocol 'given'");
  app->add_flag(
      "--allow-image-split", command->options.allow_image_split,
      "permit the protocols image and dsp-paper, in which lesions leak from train to test");
  app->add_flag("--exist-ok", command->exist_ok, "replace an existing manifest");
  command->dataset = add_dataset_flags(*app);
  app->footer(
      "Example:\n  dermdistill data split HAM10000 --out ham.csv --fractions 0.7,0.15,0.15 --seed "
      "0");
  app->callback([command] { run(*command); });
}

}  // namespace derm
