#include "cli/val_network.h"

#include "base/progress.h"
#include "net/cpu.h"
#include "train/run_directory.h"
#include "train/trainer.h"

namespace derm {

ImageSet images_of_manifest(const fs::path& file, const std::string& cache_dir) {
  return {read_manifest(file), cache_folder(cache_dir, file)};
}

ImageSet images_of_run(const fs::path& run, const std::string& cache_dir) {
  const auto files = open_run_directory(run);
  const auto config = read_run_config(files);
  const std::string folder = cache_dir.empty() ? config.cache_dir : cache_dir;
  return {read_manifest(files.manifest()), cache_folder(folder, config.data)};
}

Outputs run_network(Model& model, const NetworkFlags& flags, const ImageSet& images, Split split,
                    const std::string& label, bool with_embedding) {
  prepare_cpu(flags.threads);
  const auto device = device_named(flags.device);
  model.net->to(device);
  auto loader = evaluation_loader(images.manifest, split, model.contract, images.cache,
                                  flags.batch_size, flags.workers, true);
  Progress bar(label, static_cast<uint64_t>(loader->samples()), "images");
  const auto advance = [&](int64_t n) { bar.add(static_cast<uint64_t>(n)); };
  return predict(model.net, *loader, device, advance, with_embedding);
}

}  // namespace derm
