// `dermdistill quantize`: an int8 bundle from a float one, and what that costs.
#include <cstdio>

#include "base/log.h"
#include "cli/command.h"
#include "cli/labelled_files.h"
#include "deploy/quantize.h"

namespace derm {
namespace {

struct QuantizeFlags {
  std::string bundle, data, out, method = "mse", split = "val";
  int64_t calibration_images = 256, sensitivity_images = 64, weight_bits = 8, threads = 0;
  double max_drop = 0.5, sensitivity = 0.9;
  bool exist_ok = false, json = false;
};

fs::path out_path(const QuantizeFlags& flags) {
  if (!flags.out.empty()) return flags.out;
  const fs::path from(flags.bundle);
  return from.parent_path() / (from.stem().string() + "_int8" + from.extension().string());
}

void quantize(const QuantizeFlags& flags, int& exit_code) {
  const fs::path path = out_path(flags);
  if (fs::exists(path) && !flags.exist_ok)
    throw Error("exists already", path.string(), "another name by --out, or --exist-ok");
  const Bundle bundle = read_bundle(flags.bundle);
  const Manifest manifest = read_manifest(flags.data);
  const auto& classes = bundle.metadata.classes;
  const auto calibration =
      labelled_files(manifest, "train", classes, flags.bundle, flags.calibration_images);
  const auto validation = labelled_files(manifest, flags.split, classes, flags.bundle);
  QuantizeOptions options;
  options.method = range_method_named(flags.method);
  options.weight_bits = flags.weight_bits;
  options.max_drop = flags.max_drop / 100;
  options.sensitivity_images = flags.sensitivity_images;
  options.sensitivity = flags.sensitivity;
  options.threads = flags.threads;
  const QuantizeResult result =
      quantize_bundle(bundle, calibration, validation, options,
                      [](const std::string& text) { log_info("{}", text); });
  const QuantizeReport& report = result.report;
  std::fputs(flags.json ? (to_json(report).dump(2) + "\n").c_str() : quantize_table(report).c_str(),
             stdout);
  if (!report.within_max_drop()) {
    log_warn("{:.2f} points of balanced accuracy are lost, {:.2f} are allowed: nothing is written",
             -100 * report.balanced_accuracy.difference, flags.max_drop);
    exit_code = kExitFailure;
    return;
  }
  write_bundle_files(path, result.files, flags.exist_ok);
  log_info("written: {}", path.string());
}

}  // namespace

void add_quantize(CLI::App& parent, int& exit_code) {
  auto* app = parent.add_subcommand("quantize", "an int8 bundle from a float one, and its cost");
  auto flags = std::make_shared<QuantizeFlags>();
  app->add_option("bundle", flags->bundle, "fp32 bundle: a folder or a zip file")->required();
  app->add_option("--data", flags->data, "manifest that the network was trained on")->required();
  app->add_option("--out", flags->out, "folder or .zip; default: beside the bundle, NAME_int8");
  app->add_option("--calibration", flags->method, "range of activations")
      ->check(CLI::IsMember(range_method_names()))
      ->capture_default_str();
  app->add_option("--calibration-images", flags->calibration_images, "images of train")
      ->check(CLI::Range(1, 100000))
      ->capture_default_str();
  app->add_option("--split", flags->split, "what the drop is measured on; never test")
      ->check(CLI::IsMember({"val", "train"}))
      ->capture_default_str();
  app->add_option("--max-drop", flags->max_drop,
                  "points of balanced accuracy that may be lost; beyond: exit code 1")
      ->check(CLI::Range(0.0, 100.0))
      ->capture_default_str();
  app->add_option("--weight-bits", flags->weight_bits,
                  "8, or 7 for processors without VNNI, whose products saturate")
      ->check(CLI::IsMember({7, 8}))
      ->capture_default_str();
  app->add_option("--sensitivity-images", flags->sensitivity_images,
                  "images that layers are compared on")
      ->check(CLI::Range(1, 100000))
      ->capture_default_str();
  app->add_option("--sensitivity", flags->sensitivity, "that thresholds of malignant classes keep")
      ->check(CLI::Range(0.01, 1.0))
      ->capture_default_str();
  app->add_option("--threads", flags->threads, "0: one per core")
      ->check(CLI::Range(0, 1024))
      ->capture_default_str();
  app->add_flag("--exist-ok", flags->exist_ok, "replace what is there");
  app->add_flag("--json", flags->json, "print the report as JSON");
  app->footer("Example:\n  dermdistill quantize student.bundle --data ham.csv --max-drop 0.5");
  app->callback([flags, &exit_code] { quantize(*flags, exit_code); });
}

}  // namespace derm
