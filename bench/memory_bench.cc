// Peak resident memory of a loader that goes over 1,000, 10,000 and 100,000 images of a packed
// cache, shuffled: it must not grow with the pixels. And the time to open a cache of 25,331 images.
//
//   memory_bench [--quick]
//
// Images are 64 px squares of noise (1.2 GB on disk at 100,000). Each size is measured in a process
// of its own, with the whole manifest in memory, as a training run has it.
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>

#include "base/rng.h"
#include "bench/quick_bench.h"
#include "data/augment.h"
#include "data/cache_file.h"
#include "data/source.h"

namespace {

using namespace derm;

constexpr int kSide = 64;
constexpr int64_t kIsic2019 = 25'331;

Manifest made_up_manifest(int64_t images) {
  Manifest manifest;
  manifest.classes = {"MEL", "NV"};
  manifest.rows.resize(static_cast<size_t>(images));
  for (int64_t i = 0; i < images; ++i) {
    ManifestRow& row = manifest.rows[static_cast<size_t>(i)];
    row.image_id = fmt::format("ISIC_{:07}", i);
    row.path = fmt::format("ISIC_2019_Training_Input/{}.jpg", row.image_id);
    row.lesion_id = fmt::format("HAM_{:07}", i / 2);
    row.sex = "female";
    row.site = "anterior torso";
    row.label = i % 2;
    row.sha256 = fmt::format("{:064x}", i);
  }
  return manifest;
}

CacheSpec made_up_spec() {
  CacheSpec spec;
  spec.contract.side_px = kSide;
  return spec;
}

// A cache that Cache::open accepts as the manifest's own.
void write_cache(const fs::path& folder, const Manifest& manifest) {
  CacheWriter writer(cache_path(folder, manifest, made_up_spec()), made_up_spec().text(),
                     cache_sources(manifest));
  Image image(kSide, kSide);
  Rng rng({0, Purpose::kTest});
  for (size_t i = 0; i < manifest.rows.size(); ++i) {
    for (size_t byte = 0; byte < image.data.size(); byte += 4) {
      const uint32_t word = rng.next();
      for (size_t k = 0; k < 4; ++k) image.data[byte + k] = static_cast<uint8_t>(word >> (8 * k));
    }
    writer.add(image);
  }
  writer.commit();
}

double peak_mb() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

Json iterate(const fs::path& folder, int64_t images) {
  const Manifest manifest = made_up_manifest(images);
  const double manifest_mb = peak_mb();
  const auto start = std::chrono::steady_clock::now();
  const Cache cache = Cache::open(folder, manifest, made_up_spec());
  const std::chrono::duration<double, std::milli> opened = std::chrono::steady_clock::now() - start;
  if (cache.rebuilt()) throw Error("the made-up cache was not accepted", cache.path().string());
  std::vector<int64_t> labels;
  for (const auto& row : manifest.rows) labels.push_back(row.label);
  const Preprocess contract = made_up_spec().contract;
  Loader loader(cached_source(cache, manifest.indices(Split::kTrain)), labels, 2, contract,
                make_augment({}, contract), {});
  Batch batch;
  int64_t seen = 0;
  for (int64_t epoch = 0; epoch < 2; ++epoch) {
    loader.start(epoch);
    while (loader.next(batch)) seen += batch.size();
  }
  return {{"images_seen", seen},
          {"open_ms", opened.count()},
          {"peak_rss_mb", peak_mb()},
          {"of_which_program_and_manifest_mb", manifest_mb}};
}

// Runs `iterate` in a process of its own and reads its JSON back through a pipe.
Json iterate_apart(const fs::path& folder, int64_t images) {
  int ends[2];
  if (::pipe(ends) != 0) throw Error("no pipe");
  const pid_t child = ::fork();
  if (child < 0) throw Error("no process");
  if (child == 0) {
    std::string text;
    try {
      text = iterate(folder, images).dump();
    } catch (const std::exception& error) {
      fmt::print(stderr, "error: {}\n", error.what());
    }
    const bool written =
        ::write(ends[1], text.data(), text.size()) == static_cast<ssize_t>(text.size());
    ::_exit(written ? 0 : 1);
  }
  ::close(ends[1]);
  std::string text;
  char buffer[4096];
  for (ssize_t n = 0; (n = ::read(ends[0], buffer, sizeof buffer)) > 0;)
    text.append(buffer, static_cast<size_t>(n));
  ::close(ends[0]);
  ::waitpid(child, nullptr, 0);
  return parse_json(text, "measuring process");
}

Json measure(const fs::path& folder, int64_t images) {
  const pid_t writer = ::fork();  // so that writing leaves no memory behind in this process
  if (writer < 0) throw Error("no process");
  if (writer == 0) {
    int code = 0;
    try {
      fs::create_directories(folder);
      write_cache(folder, made_up_manifest(images));
    } catch (const std::exception& error) {
      fmt::print(stderr, "error: {}\n", error.what());
      code = 1;
    }
    ::_exit(code);
  }
  int status = 0;
  ::waitpid(writer, &status, 0);
  if (status != 0) throw Error("the made-up cache could not be written", folder.string());
  Json out = iterate_apart(folder, images);
  fs::remove_all(folder);
  return out;
}

Json results(bool quick) {
  const fs::path folder =
      fs::temp_directory_path() / fmt::format("derm_memory_bench_{}", ::getpid());
  const std::vector<int64_t> sizes =
      quick ? std::vector<int64_t>{100, 1000} : std::vector<int64_t>{1000, 10'000, 100'000};
  Json out;
  for (const int64_t images : sizes)
    out[fmt::format("images_{}", images)] = measure(folder, images);
  if (!quick) out["open_25331_images_ms"] = measure(folder, kIsic2019).at("open_ms");
  return out;
}

}  // namespace

int main(int argc, char** argv) {
  return quick_bench(argc, argv, results);
}
