// `dermdistill data cache`: makes the packed cache of a manifest ahead of training.
#include <chrono>
#include <cstdio>
#include <memory>

#include "base/log.h"
#include "base/progress.h"
#include "cli/command.h"
#include "data/cache.h"

namespace derm {
namespace {

struct CacheCommand {
  std::string manifest, cache_dir;
  CacheSpec spec;
  int64_t workers = 0;
};

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

void run(const CacheCommand& command) {
  const Manifest manifest = read_manifest(command.manifest);
  const fs::path folder =
      command.cache_dir.empty() ? cache_beside(command.manifest) : fs::path(command.cache_dir);
  const auto start = std::chrono::steady_clock::now();
  std::unique_ptr<Progress> bar;
  int64_t before = 0;
  const auto progress = [&](int64_t done, int64_t total) {
    if (!bar)
      bar = std::make_unique<Progress>("cache", static_cast<uint64_t>(total), "images",
                                       logger().should_log(spdlog::level::info));
    bar->add(static_cast<uint64_t>(done - before));
    before = done;
  };
  const Cache cache = Cache::open(folder, manifest, command.spec, command.workers, progress);
  const double seconds = seconds_since(start);
  bar.reset();
  std::printf("path      %s\n", cache.path().c_str());
  std::printf("images    %lld\n", static_cast<long long>(cache.size()));
  std::printf("size      %.1f MB\n", static_cast<double>(fs::file_size(cache.path())) / 1e6);
  if (cache.rebuilt())
    std::printf("made in   %.1f s, %.0f images/s\n", seconds,
                static_cast<double>(cache.size()) / seconds);
  else
    std::printf("was there already, opened in %.0f ms\n", seconds * 1e3);
}

}  // namespace

void add_data_cache(CLI::App& parent, int&) {
  const auto command = std::make_shared<CacheCommand>();
  Preprocess& contract = command->spec.contract;
  auto* app = parent.add_subcommand("cache", "decode and shrink a manifest's images once");
  app->add_option("manifest", command->manifest, "written by data split")->required();
  app->add_option("--kind", command->spec.kind,
                  "contract: fitted squares, for evaluation; frame: whole frames, for training")
      ->capture_default_str()
      ->check(CLI::IsMember({"contract", "frame"}));
  app->add_option("--imgsz", contract.side_px, "contract: side of the squares, pixels")
      ->capture_default_str()
      ->check(CLI::Range(8, 2048));
  app->add_option("--geometry", contract.geometry, "contract: how a frame becomes a square")
      ->capture_default_str()
      ->check(CLI::IsMember({"stretch", "crop", "pad"}));
  app->add_option("--filter", contract.filter, "contract: antialiased resize filter")
      ->capture_default_str()
      ->check(CLI::IsMember({"bilinear", "bicubic"}));
  app->add_option("--crop-share", contract.crop_share,
                  "contract, geometry crop: side / short side before the crop")
      ->capture_default_str()
      ->check(CLI::Range(0.1, 1.0));
  app->add_flag("--hair", contract.clean.hair, "paint dark hairs over before anything else");
  app->add_option("--colour-constancy", contract.clean.colour_constancy,
                  "remove the colour of the light: none, shades_of_grey")
      ->capture_default_str()
      ->check(CLI::IsMember({"none", "shades_of_grey"}));
  app->add_option("--frame-px", command->spec.frame_px,
                  "frame: the short side is shrunk to this, pixels")
      ->capture_default_str()
      ->check(CLI::Range(8, 8192));
  app->add_option("--cache-dir", command->cache_dir, "folder of packed caches")
      ->default_str(".cache beside the manifest");
  app->add_option("-j,--workers", command->workers, "threads that decode; 0: one per core")
      ->capture_default_str()
      ->check(CLI::Range(0, 1024));
  app->footer(
      "Example:\n  dermdistill data cache ham.csv --kind frame --frame-px 300\n"
      "Training and validation make the caches they need by themselves; this makes them ahead.");
  app->callback([command] { run(*command); });
}

}  // namespace derm
