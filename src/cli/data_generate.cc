// `dermdistill data generate`: a made-up dermoscopic data set, for demos and tests.
#include <cstdio>
#include <memory>

#include "base/progress.h"
#include "cli/command.h"
#include "data/generate.h"

namespace derm {
namespace {

void generate(const fs::path& out, const GenerateOptions& options) {
  {
    Progress progress("generate", static_cast<uint64_t>(options.images), "images");
    generate_dataset(out, options, [&](uint64_t count) { progress.add(count); });
  }
  std::vector<int64_t> counts(generated_classes().size());
  for (const auto& image : plan_dataset(options)) ++counts[static_cast<size_t>(image.label)];
  std::printf("class  images\n");
  for (size_t c = 0; c < counts.size(); ++c)
    std::printf("%-5s  %6lld\n", generated_classes()[c].c_str(), static_cast<long long>(counts[c]));
  std::printf("written to %s\n", out.string().c_str());
}

}  // namespace

void add_data_generate(CLI::App& parent, int&) {
  auto* command = parent.add_subcommand(
      "generate", "draw dermoscopic images of eight classes, in ISIC 2019's layout");
  auto options = std::make_shared<GenerateOptions>();
  auto out = std::make_shared<std::string>();
  command->add_option("--out", *out, "folder to write")->required();
  command->add_option("--images", options->images, "number of images")
      ->capture_default_str()
      ->check(CLI::Range(1, 1'000'000));
  command->add_option("--seed", options->seed, "same seed, same bytes")
      ->capture_default_str()
      ->check(CLI::NonNegativeNumber);
  command->add_option("--imgsz", options->imgsz, "short side of the 4:3 frames, pixels")
      ->capture_default_str()
      ->check(CLI::Range(32, 2048));
  command->add_option("--label-noise", options->label_noise, "share of lesions with a wrong label")
      ->capture_default_str()
      ->check(CLI::Range(0.0, 0.5));
  command->add_option("--images-per-lesion", options->images_per_lesion, "mean images of a lesion")
      ->capture_default_str()
      ->check(CLI::Range(1.0, 20.0));
  command->add_option("--threads", options->threads, "threads that draw; 0: one per core")
      ->capture_default_str()
      ->check(CLI::Range(0, 1024));
  command->add_flag("--exist-ok", options->exist_ok, "write into a folder that is not empty");
  command->footer(
      "Example:\n  dermdistill data generate --out images --images 600 --seed 0\n"
      "The images are drawn, not photographed: they say nothing about real skin.");
  command->callback([options, out] { generate(*out, *options); });
}

}  // namespace derm
