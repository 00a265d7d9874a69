// `dermscope info`: what a bundle says about itself.
#include <cstdio>

#include "base/strings.h"
#include "dermscope/command.h"
#include "runtime/bundle.h"

namespace derm {
namespace {

struct InfoFlags {
  std::string bundle;
  bool json = false, card = false;
};

std::string text_of(const Bundle& bundle) {
  const BundleMetadata& m = bundle.metadata;
  std::string out;
  const auto line = [&](const char* key, const std::string& value) {
    out += fmt::format("{:<14}{}\n", key, value);
  };
  line("network", fmt::format("{}, {}", m.model.arch, m.model.precision));
  line("parameters", fmt::format("{}", m.model.parameters));
  line("model size", fmt::format("{} bytes", bundle.file("model.onnx").size()));
  line("classes", join(m.classes, " "));
  line("input", m.contract.text());
  line("outputs", join(m.model.outputs, " "));
  line("temperature",
       m.calibration.split.empty()
           ? "1 (not fitted)"
           : fmt::format("{:.4g}, fitted on {} images of {}: ECE {:.4f} -> {:.4f}",
                         m.calibration.temperature, m.calibration.images, m.calibration.split,
                         m.calibration.ece_before, m.calibration.ece_after));
  for (const auto& p : m.thresholds)
    line("threshold", fmt::format("{} at {:.4f}: sensitivity {:.3f}, specificity {:.3f} on {} "
                                  "images of {} ({})",
                                  p.label, p.threshold, p.sensitivity, p.specificity, p.images,
                                  p.split, p.rule));
  line("parity",
       fmt::format("logits within {:.2g} on {} images", m.parity_difference, m.parity_images));
  line("recipe", m.recipe);
  line("protocol", m.protocol);
  line("made by", "dermdistill " + m.program_version);
  line("licence", m.licence);
  return out;
}

void info(const InfoFlags& flags) {
  const Bundle bundle = read_bundle(flags.bundle);
  std::string text = text_of(bundle);
  if (flags.json) text = to_json(bundle.metadata).dump(2) + "\n";
  if (flags.card) text = bundle.model_card();
  std::fputs(text.c_str(), stdout);
}

}  // namespace

void add_info(CLI::App& parent, int&) {
  auto* app = parent.add_subcommand("info", "print what a bundle says about itself");
  auto flags = std::make_shared<InfoFlags>();
  app->add_option("bundle", flags->bundle, "bundle: a folder or a zip file")->required();
  app->add_flag("--json", flags->json, "its metadata as JSON");
  app->add_flag("--card", flags->card, "its model card");
  app->footer("Example:\n  dermscope info student.bundle --card");
  app->callback([flags] { info(*flags); });
}

}  // namespace derm
