// Images a second and core that a loader delivers: from JPEG files and from the packed cache, as
// evaluation and as training want them.
//
//   loader_bench [--quick] [FOLDER]
//
// FOLDER holds JPEG files (at most 256 are used); without it, drawn frames of 600 x 450 are made
// once below the temporary folder, where the Python peer finds them too. One worker; the clock is
// the processor time of the process, so that other programs on the machine matter little.
#include <fmt/format.h>

#include <unistd.h>

#include <ctime>

#include "base/error.h"
#include "base/json.h"
#include "base/strings.h"
#include "data/augment.h"
#include "data/generate.h"
#include "data/source.h"
#include "image/decode.h"

namespace {

using namespace derm;

constexpr size_t kMaxImages = 256;
constexpr int64_t kGenerated = 64, kGeneratedQuick = 4, kGeneratedPx = 450;

double cpu_seconds() {
  timespec now{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

fs::path generated_images(bool quick) {
  const fs::path folder =
      fs::temp_directory_path() / (quick ? "derm_loader_bench_quick" : "derm_loader_bench");
  if (fs::exists(folder / "ISIC_2019_Training_GroundTruth.csv")) return folder;
  GenerateOptions options;
  options.images = quick ? kGeneratedQuick : kGenerated;
  options.imgsz = kGeneratedPx;
  options.exist_ok = true;
  generate_dataset(folder, options);
  return folder;
}

Manifest manifest_of(const fs::path& folder) {
  Manifest manifest;
  manifest.classes = {"all"};
  manifest.root = folder;
  for (const auto& file : list_files(folder)) {
    const std::string extension = lower(file.extension().string());
    if ((extension != ".jpg" && extension != ".jpeg") || manifest.rows.size() == kMaxImages)
      continue;
    ManifestRow row;
    row.path = fs::relative(file, folder).string();
    row.sha256 = sha256_file(file);
    manifest.rows.push_back(row);
  }
  if (manifest.rows.empty()) throw Error("no JPEG file there", folder.string());
  return manifest;
}

class Bench {
 public:
  Bench(Manifest manifest, double budget_s)
      : manifest_(std::move(manifest)), rows_(manifest_.indices(Split::kTrain)), budget_(budget_s) {
    folder_ = fs::temp_directory_path() / fmt::format("derm_loader_bench_{}", ::getpid());
  }
  ~Bench() { fs::remove_all(folder_); }
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;

  // Images per second of processor time over whole epochs, after one to warm up.
  double rate(const ImageSource& source, const Preprocess& contract,
              const std::shared_ptr<const Augment>& augment) const {
    LoaderOptions options;
    options.workers = 1;
    Loader loader(source, std::vector<int64_t>(rows_.size()), 1, contract, augment, options);
    run_epoch(loader, 0);
    const double start = cpu_seconds();
    double images = 0;
    int64_t epoch = 0;
    while (cpu_seconds() - start < budget_) {
      run_epoch(loader, ++epoch);
      images += static_cast<double>(loader.samples());
    }
    return images / (cpu_seconds() - start);
  }

  ImageSource cached(const CacheSpec& spec) const {
    return cached_source(Cache::open(folder_, manifest_, spec), rows_);
  }

  Json results() const {
    Preprocess contract;  // 224 px
    const auto pipeline = [](const char* name, const Preprocess& to) {
      AugmentConfig config;
      config.pipeline = name;
      return make_augment(config, to);
    };
    Preprocess small = contract;
    small.side_px = 128;
    const auto files = file_source(manifest_, rows_, {}, Pixels::kFrame);
    const auto frames = cached({"frame", contract, 300});
    Json out;
    out["images"] = rows_.size();
    const ImageSize size = first_size();
    out["first_image_px"] = fmt::format("{} x {}", size.width, size.height);
    out["from_jpeg"] = {
        {"evaluate_224_images_per_s",
         rate(file_source(manifest_, rows_, contract, Pixels::kFitted), contract, nullptr)},
        {"modern_224_images_per_s", rate(files, contract, pipeline("modern", contract))}};
    out["from_cache"] = {
        {"evaluate_224_images_per_s", rate(cached({"contract", contract, 0}), contract, nullptr)},
        {"modern_224_images_per_s", rate(frames, contract, pipeline("modern", contract))},
        {"ssdkd_224_images_per_s", rate(frames, contract, pipeline("ssdkd", contract))},
        {"modern_128_short_side_150_images_per_s",
         rate(cached({"frame", contract, 150}), small, pipeline("modern", small))}};
    return out;
  }

 private:
  static void run_epoch(Loader& loader, int64_t epoch) {
    Batch batch;
    loader.start(epoch);
    while (loader.next(batch)) {
    }
  }

  ImageSize first_size() const {
    const fs::path file = manifest_.root / manifest_.rows.at(0).path;
    return decode_size(read_file(file), file.string());
  }

  Manifest manifest_;
  std::vector<int64_t> rows_;
  double budget_;
  fs::path folder_;
};

int run(int argc, char** argv) {
  bool quick = false;
  fs::path folder;
  for (int i = 1; i < argc; ++i) {
    if (std::string(argv[i]) == "--quick")
      quick = true;
    else
      folder = argv[i];
  }
  if (folder.empty()) folder = generated_images(quick);
  const Bench bench(manifest_of(folder), quick ? 0.05 : 3);
  fmt::print("{}\n", bench.results().dump(2));
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    fmt::print(stderr, "error: {}\n", error.what());
    return derm::kExitFailure;
  }
}
