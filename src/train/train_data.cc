#include "train/train_data.h"

#include <algorithm>
#include <set>

#include "base/error.h"
#include "base/log.h"
#include "base/progress.h"
#include "base/strings.h"
#include "data/source.h"
#include "distill/class_weights.h"

namespace derm {
namespace {

std::vector<int64_t> labels_of(const Manifest& manifest, const std::vector<int64_t>& rows) {
  std::vector<int64_t> labels;
  for (const int64_t row : rows) labels.push_back(manifest.rows[static_cast<size_t>(row)].label);
  return labels;
}

Cache open_cache(const fs::path& folder, const Manifest& manifest, const CacheSpec& spec,
                 int64_t workers) {
  std::unique_ptr<Progress> bar;
  int64_t before = 0;
  return Cache::open(folder, manifest, spec, workers, [&](int64_t done, int64_t total) {
    if (!bar)
      bar = std::make_unique<Progress>("packing " + spec.kind, static_cast<uint64_t>(total),
                                       "images");
    bar->add(static_cast<uint64_t>(done - before));
    before = done;
  });
}

// What must not be shared: the lesion, the image, and the file whatever its name.
std::vector<std::string> marks_of(const ManifestRow& row) {
  std::vector<std::string> out = {"image " + row.image_id};
  if (!row.lesion_id.empty()) out.insert(out.begin(), "lesion " + row.lesion_id);
  if (!row.sha256.empty()) out.push_back("file " + row.sha256);
  return out;
}

}  // namespace

fs::path cache_folder(const std::string& configured, const fs::path& manifest) {
  return configured.empty() ? cache_beside(manifest) : fs::path(configured);
}

TrainData::TrainData(const RunConfig& config, Manifest manifest)
    : config_(config),
      manifest_(std::move(manifest)),
      train_rows_(manifest_.indices(Split::kTrain)) {
  const auto counts = manifest_.counts(Split::kTrain);
  for (size_t c = 0; c < counts.size(); ++c)
    if (counts[c] == 0)
      throw Error("a class has no training image", config.data, "at least one",
                  manifest_.classes[c]);
  if (is_leaky(manifest_.protocol))
    log_warn("{}: copies of one image are in train and in test: no numbers for new images",
             manifest_.protocol);
  if (manifest_.indices(Split::kVal).empty())
    throw Error("the manifest has no validation split", config.data,
                "rows with split val: the kept epoch is chosen on them");
}

std::vector<double> TrainData::class_weights() const {
  return derm::class_weights(config_.class_weights, manifest_.counts(Split::kTrain));
}

torch::Tensor TrainData::train_labels() const {
  return torch::tensor(labels_of(manifest_, train_rows_), torch::kLong);
}

std::unique_ptr<Loader> TrainData::train_loader(int64_t views) const {
  LoaderOptions options;
  options.batch_size = config_.batch_size;
  options.views = views;
  options.workers = config_.workers;
  options.sampler = config_.sampler;
  options.target_per_class = config_.target_per_class;
  options.shared_views = config_.augment.shared_views;
  options.drop_below = 2;  // relational terms and batch norm need two images
  options.seed = static_cast<uint64_t>(config_.seed);
  options.channels_last = config_.channels_last;
  ImageSource source;
  if (config_.frame_px == 0) {
    source = file_source(manifest_, train_rows_, config_.preprocess, Pixels::kFrame);
  } else {
    const CacheSpec spec{"frame", config_.preprocess, config_.frame_px};
    source = cached_source(
        open_cache(cache_folder(config_.cache_dir, config_.data), manifest_, spec, config_.workers),
        train_rows_);
  }
  return std::make_unique<Loader>(std::move(source), labels_of(manifest_, train_rows_), classes(),
                                  config_.preprocess,
                                  make_augment(config_.augment, config_.preprocess), options);
}

std::unique_ptr<Loader> TrainData::loader(Split split, int64_t views) const {
  constexpr int64_t kEvaluationBatch = 64;
  return evaluation_loader(manifest_, split, config_.preprocess,
                           cache_folder(config_.cache_dir, config_.data), kEvaluationBatch,
                           config_.workers, config_.channels_last, views);
}

std::unique_ptr<Loader> evaluation_loader(const Manifest& manifest, Split split,
                                          const Preprocess& contract, const fs::path& cache_dir,
                                          int64_t batch_size, int64_t workers, bool channels_last,
                                          int64_t views) {
  const auto rows = manifest.indices(split);
  if (rows.empty())
    throw Error(fmt::format("the manifest has no image of split {}", split_name(split)));
  LoaderOptions options;
  options.batch_size = batch_size;
  options.views = views;
  options.workers = workers;
  options.sampler = "sequential";
  options.channels_last = channels_last;
  Cache cache = open_cache(cache_dir, manifest, {"contract", contract, 0}, workers);
  return std::make_unique<Loader>(cached_source(std::move(cache), rows), labels_of(manifest, rows),
                                  static_cast<int64_t>(manifest.classes.size()), contract, nullptr,
                                  options);
}

void check_teacher_leak(const Manifest& manifest, const Manifest& teacher,
                        const std::string& name) {
  if (manifest.hash() == teacher.hash()) return;  // what the split itself leaks is marked elsewhere
  std::set<std::string> seen;
  for (const auto& row : teacher.rows)
    if (row.split == Split::kTrain)
      for (auto& mark : marks_of(row)) seen.insert(std::move(mark));
  std::set<std::string> leaked;  // lesions, and images where the lesion is not known
  for (const auto& row : manifest.rows) {
    const auto marks = marks_of(row);
    if (row.split != Split::kTrain &&
        std::any_of(marks.begin(), marks.end(),
                    [&](const auto& mark) { return seen.count(mark) != 0; }))
      leaked.insert(marks.front());
  }
  if (leaked.empty()) return;
  throw Error("the teacher was trained on this run's validation or test lesions", name,
              "a teacher trained on the same split",
              fmt::format("{} shared, the first: {}", leaked.size(), *leaked.begin()));
}

}  // namespace derm
