// `dermdistill export`: a trained network as a bundle for the device, or as a bare ONNX file.
#include <cstdio>

#include "base/log.h"
#include "base/progress.h"
#include "cli/command.h"
#include "cli/labelled_files.h"
#include "deploy/export_bundle.h"
#include "deploy/web_site.h"
#include "net/arrays.h"
#include "net/cpu.h"
#include "train/model_file.h"
#include "train/run_directory.h"

namespace derm {
namespace {

struct ExportFlags {
  std::string model, format = "bundle", out, data, split = "val", arch;
  std::vector<std::string> taps;
  double max_difference = 0, sensitivity = 0.9;
  int64_t threads = 0;
  bool half = false, no_cam = false, no_data = false, exist_ok = false, json = false;
};

// Half precision is another computation; it is compared as well, and allowed to differ.
constexpr double kFloatDifference = 1e-4, kHalfDifference = 0.1;

constexpr const char* kStart =
    "put it on any static host (https, or localhost) and open it once; then it works offline";

bool is_bundle(const fs::path& path) {
  return path.extension() == ".zip" || fs::exists(path / "SHA256SUMS");
}

Manifest manifest_of(const ExportFlags& flags) {
  if (!flags.data.empty()) return read_manifest(flags.data);
  if (!fs::is_directory(flags.model))
    throw UsageError("a weight file alone has no validation images", flags.model,
                     "--data MANIFEST, or --no-data for a bundle without calibration");
  return read_manifest(open_run_directory(flags.model).manifest());
}

LabelledFiles validation_files(const ExportFlags& flags, const Model& model) {
  if (flags.no_data) return {};
  return labelled_files(manifest_of(flags), flags.split, model.classes, model.file.string());
}

std::map<std::string, Array> run_taps(GraphNet net, const Preprocess& contract,
                                      const std::vector<Image>& images, const TapSet& taps) {
  const torch::NoGradGuard no_grad;
  const auto n = static_cast<int64_t>(images.size());
  torch::Tensor input = torch::empty({n, 3, contract.side_px, contract.side_px});
  for (int64_t i = 0; i < n; ++i)
    normalise(images[static_cast<size_t>(i)], contract, Layout::kPlanes,
              input[i].data_ptr<float>());
  std::map<std::string, Array> out;
  for (const auto& [name, tensor] : net->forward(input, taps)) out[name] = array_of(tensor);
  return out;
}

std::string text_at(const Metadata& metadata, const std::string& key) {
  const auto found = metadata.find(key);
  return found == metadata.end() ? "" : found->second;
}

TrainedNetwork trained_network(Model& model) {
  TrainedNetwork out;
  out.graph = model.net->graph();
  out.weights = arrays_of(model.net);
  out.contract = model.contract;
  out.classes = model.classes;
  out.recipe = text_at(model.metadata, "recipe");
  out.protocol = text_at(model.metadata, "protocol");
  out.manifest_hash = text_at(model.metadata, "manifest_hash");
  out.licence = text_at(model.metadata, "licence");
  out.weights_sha256 = sha256_file(model.file);
  out.run = [net = model.net, contract = model.contract](const std::vector<Image>& images,
                                                         const std::set<std::string>& taps) {
    return run_taps(net, contract, images, taps);
  };
  return out;
}

ExportOptions options_of(const ExportFlags& flags) {
  ExportOptions out;
  out.onnx.half = flags.half;
  out.onnx.cam = !flags.no_cam;
  out.onnx.taps = flags.taps;
  out.max_difference = flags.max_difference > 0 ? flags.max_difference
                       : flags.half             ? kHalfDifference
                                                : kFloatDifference;
  out.sensitivity = flags.sensitivity;
  out.threads = flags.threads;
  return out;
}

fs::path out_path(const ExportFlags& flags, const Model& model) {
  if (!flags.out.empty()) return flags.out;
  const fs::path folder = model.run ? *model.run : fs::path(".");
  const std::string name = model.net->graph().arch + (flags.half ? "_fp16" : "");
  const std::map<std::string, std::string> endings{
      {"bundle", ".bundle"}, {"onnx", ".onnx"}, {"web", "_web"}};
  return folder / (name + endings.at(flags.format));
}

void check_free(const ExportFlags& flags, const fs::path& path) {
  if (fs::exists(path) && !flags.exist_ok)
    throw Error("exists already", path.string(), "another name by --out, or --exist-ok");
}

void write_site(const Bundle& bundle, const fs::path& path) {
  const SiteFiles files = web_site(bundle);
  write_folder(path, files);
  uint64_t bytes = 0;
  for (const auto& [name, content] : files) bytes += content.size();
  std::printf("%s: %zu files, %.1f MB; %s\n", path.string().c_str(), files.size(),
              static_cast<double>(bytes) / 1e6, kStart);
}

// The site of a bundle that exists already, an int8 one for instance.
void export_site(const ExportFlags& flags) {
  fs::path path = flags.out;
  if (path.empty()) path = fs::path(flags.model).replace_extension() += "_web";
  check_free(flags, path);
  write_site(read_bundle(flags.model), path);
}

void write(const ExportFlags& flags, const ExportResult& result, const fs::path& path) {
  if (flags.format == "bundle") {
    write_bundle_files(path, result.files, flags.exist_ok);
    return;
  }
  if (flags.format == "web") {
    write_site(parse_bundle(result.files, path.string()), path);
    return;
  }
  if (path.has_parent_path()) fs::create_directories(path.parent_path());
  write_file_atomic(path, ByteView(result.files.at("model.onnx")));
}

void print_result(const ExportResult& result, const fs::path& path) {
  const BundleMetadata& m = result.metadata;
  std::printf("%s: %s, %s, model of %zu bytes\n", path.string().c_str(), m.model.arch.c_str(),
              m.model.precision.c_str(), result.files.at("model.onnx").size());
  for (const auto& [output, difference] : result.differences)
    std::printf("parity: largest difference of %s %.2g over %lld images%s\n", output.c_str(),
                difference, static_cast<long long>(m.parity_images),
                output == "logits" ? fmt::format(", allowed {:.2g}", m.parity_limit).c_str() : "");
  if (!m.calibration.split.empty())
    std::printf("calibration: temperature %.4g, expected calibration error %.4f -> %.4f on %s\n",
                m.calibration.temperature, m.calibration.ece_before, m.calibration.ece_after,
                m.calibration.split.c_str());
  for (const auto& p : m.thresholds)
    std::printf("threshold: %s at %.4f, sensitivity %.3f, specificity %.3f\n", p.label.c_str(),
                p.threshold, p.sensitivity, p.specificity);
}

void export_model(const ExportFlags& flags) {
  if (flags.format == "web" && is_bundle(flags.model)) {
    export_site(flags);
    return;
  }
  prepare_cpu(flags.threads);
  Model model = load_model(flags.model, flags.arch, 0, 0);
  if (model.classes.empty())
    throw Error("the weight file does not name its classes", model.file.string(),
                "metadata key classes");
  const fs::path path = out_path(flags, model);
  check_free(flags, path);
  const LabelledFiles validation = validation_files(flags, model);
  Progress bar("export", validation.files.size(), "images");
  const ExportResult result = export_bundle(trained_network(model), validation, options_of(flags),
                                            [&](int64_t n) { bar.add(static_cast<uint64_t>(n)); });
  bar.finish();
  write(flags, result, path);
  if (flags.json)
    std::printf("%s\n", to_json(result.metadata).dump(2).c_str());
  else
    print_result(result, path);
}

}  // namespace

void add_export(CLI::App& parent, int&) {
  auto* app = parent.add_subcommand(
      "export", "write a bundle for the device, an ONNX file, or a page for the browser");
  auto flags = std::make_shared<ExportFlags>();
  app->add_option("model", flags->model, "run directory or weight file; for web also a bundle")
      ->required();
  app->add_option("--format", flags->format,
                  "bundle; onnx: the network alone; web: a page that classifies in the browser")
      ->check(CLI::IsMember({"bundle", "onnx", "web"}))
      ->capture_default_str();
  app->add_option(
      "--out", flags->out,
      "folder, for bundles also a name ending in .zip; default: in the run, ARCH.bundle");
  app->add_flag("--half", flags->half, "16-bit weights and arithmetic");
  app->add_flag("--no-cam", flags->no_cam, "no class activation maps");
  app->add_option("--tap", flags->taps, "more outputs: embedding, features, stage1 ... stage4");
  app->add_option("--data", flags->data, "another manifest than the run's own");
  app->add_option("--split", flags->split, "calibrate on this split; never on test")
      ->check(CLI::IsMember({"val", "train"}))
      ->capture_default_str();
  app->add_flag("--no-data", flags->no_data, "no images: parity on drawn ones, no calibration");
  app->add_option("--max-difference", flags->max_difference,
                  "of a logit from the trained network's; default: 0.0001, with --half 0.1")
      ->check(CLI::PositiveNumber);
  app->add_option("--sensitivity", flags->sensitivity, "that thresholds of malignant classes keep")
      ->check(CLI::Range(0.01, 1.0))
      ->capture_default_str();
  app->add_option("--arch", flags->arch, "network, where the weight file does not say");
  app->add_option("--threads", flags->threads, "0: one per core")
      ->check(CLI::Range(0, 1024))
      ->capture_default_str();
  app->add_flag("--exist-ok", flags->exist_ok, "replace what is there");
  app->add_flag("--json", flags->json, "print the bundle's metadata as JSON");
  app->footer(
      "Example:\n  dermdistill export runs/distill/student --out student.bundle\n"
      "  dermdistill export student_int8.bundle --format web --out site");
  app->callback([flags] { export_model(*flags); });
}

}  // namespace derm
