// `dermdistill val`: measure a trained network on one split.
#include <cstdio>
#include <set>

#include "base/log.h"
#include "cli/command.h"
#include "cli/val_evidence.h"
#include "cli/val_isic.h"
#include "cli/val_network.h"
#include "cli/val_unknown.h"
#include "eval/predictions.h"
#include "eval/table.h"
#include "train/model_file.h"

namespace derm {
namespace {

struct ValFlags {
  std::string model, split = "test", data, out, arch, cache_dir, predictions;
  bool json = false, isic = false;
  NetworkFlags network;
  EvidenceFlags evidence;
  UnknownFlags unknown;
};

// The run's own images, or those of --data.
ImageSet source_of(const ValFlags& flags) {
  if (!flags.data.empty()) return images_of_manifest(flags.data, flags.cache_dir);
  if (!fs::is_directory(flags.model))
    throw UsageError("a weight file alone has no images", flags.model, "--data MANIFEST");
  return images_of_run(flags.model, flags.cache_dir);
}

Predictions predictions_of(const Manifest& manifest, Split split, Scores scores) {
  Predictions out;
  out.classes = manifest.classes;
  out.split = split_name(split);
  for (const int64_t row : manifest.indices(split)) {
    out.image_ids.push_back(manifest.rows[static_cast<size_t>(row)].image_id);
    out.lesion_ids.push_back(manifest.rows[static_cast<size_t>(row)].lesion_id);
  }
  out.scores = std::move(scores);
  return out;
}

int64_t lesions_of(const Predictions& predictions) {
  std::set<std::string> groups;
  for (size_t i = 0; i < predictions.lesion_ids.size(); ++i)
    groups.insert(predictions.lesion_ids[i].empty() ? "image " + predictions.image_ids[i]
                                                    : predictions.lesion_ids[i]);
  return static_cast<int64_t>(groups.size());
}

// The protocol of the manifest that the network was trained on; empty where the file does not say.
std::string trained_protocol(const Model& model) {
  const auto it = model.metadata.find("protocol");
  return it == model.metadata.end() ? "" : it->second;
}

Json report_of(const Model& model, const Manifest& manifest, const Predictions& predictions,
               const Metrics& metrics, const std::string& calibrated) {
  const Cost network_cost = cost(model.net->graph());
  return {{"model", model.file.string()},
          {"weights_sha256", sha256_file(model.file)},
          {"calibrated", calibrated},
          {"arch", model.net->graph().arch},
          {"parameters", network_cost.parameters},
          {"macs", network_cost.macs},
          {"split", predictions.split},
          {"images", metrics.samples},
          {"lesions", lesions_of(predictions)},
          {"protocol", manifest.protocol},
          {"trained_protocol", trained_protocol(model)},
          {"manifest_hash", manifest.hash()},
          {"classes", manifest.classes},
          {"preprocess", model.contract.text()},
          {"metrics", to_json(metrics, manifest.classes)}};
}

Model model_of(const ValFlags& flags, const std::vector<std::string>& classes) {
  Model model = load_model(flags.model, flags.arch, static_cast<int64_t>(classes.size()), 0);
  if (!model.classes.empty() && model.classes != classes)
    throw Error("the network knows other classes than the manifest", model.file.string(),
                join(classes, ", "), join(model.classes, ", "));
  return model;
}

RunDirectory output_folder(const ValFlags& flags, const Model& model) {
  const fs::path folder = !flags.out.empty() ? fs::path(flags.out)
                          : model.run        ? *model.run
                                             : fs::path(".");
  fs::create_directories(folder);
  return {folder};
}

fs::path scalings_file(const RunDirectory& run) {
  return run.path / "calibration.json";
}

// The scaling that --calibrated asks for, if any.
std::optional<Scaling> chosen_scaling(const ValFlags& flags, const Model& model) {
  if (flags.evidence.calibrated == "none") return std::nullopt;
  if (!model.run)
    throw UsageError("a weight file alone has no calibration.json", flags.model, "a run");
  const auto fitted = read_scalings(scalings_file(RunDirectory{*model.run}));
  return fitted.named(flags.evidence.calibrated);
}

// Validation predictions of the same network, scaled as the measured ones are; none for the
// validation split itself.
std::optional<Predictions> validation_of(const ValFlags& flags, const RunDirectory& files,
                                         const Model& model, const std::string& weights_sha256,
                                         const std::optional<Scaling>& scaling,
                                         const std::vector<std::string>& classes) {
  if (flags.split == "val") return std::nullopt;
  const bool elsewhere = !fs::exists(files.predictions("val")) && model.run;
  auto found =
      validation_predictions(elsewhere ? RunDirectory{*model.run} : files, weights_sha256, classes);
  if (found && scaling) found->scores = scaled(found->scores, *scaling);
  return found;
}

std::vector<UnknownDetection> detections_of(const ValFlags& flags, Model& model,
                                            const UnknownSet& unknown, const Outputs& known,
                                            const std::vector<std::string>& known_groups) {
  Bootstrap options;
  options.replicates = flags.evidence.replicates;
  return detect_unknown(model, flags.network, unknown, known, known_groups, options);
}

void print_text(const ValFlags& flags, bool leaky, const Metrics& metrics,
                const std::vector<std::string>& classes, const Evidence& found,
                const Predictions& predictions, const std::vector<UnknownDetection>& detections) {
  if (leaky) std::printf("%s: copies of one image are in train and in test\n", kLeaky);
  const MetricIntervals* intervals = found.intervals ? &*found.intervals : nullptr;
  std::fputs(metrics_table(metrics, classes, intervals).c_str(), stdout);
  std::fputs(evidence_text(found, flags.evidence.subgroups).c_str(), stdout);
  if (!detections.empty()) std::fputs(('\n' + unknown_detection_text(detections)).c_str(), stdout);
  if (flags.isic) std::fputs(('\n' + isic_table(isic_score_of(predictions))).c_str(), stdout);
}

void validate(const ValFlags& flags) {
  const Split split = split_named(flags.split, "--split");
  if (!fs::exists(flags.model))
    throw Error("no such run or weight file", flags.model, "a run directory or a weight file");
  if (split == Split::kVal && flags.evidence.calibrated != "none")
    throw UsageError("the calibration was fitted on the validation split", "--calibrated",
                     "--split test");
  if (split == Split::kTrain && flags.unknown.asked())
    throw UsageError("training images are more usual than any others", "--unknown",
                     "--split val or test");
  const ImageSet source = source_of(flags);
  const auto& classes = source.manifest.classes;
  Model model = model_of(flags, classes);
  const RunDirectory files = output_folder(flags, model);
  const auto scaling = chosen_scaling(flags, model);
  std::optional<UnknownSet> unknown;
  if (flags.unknown.asked())
    unknown = read_unknown(flags.unknown, flags.cache_dir, model, source, flags.evidence.group);
  auto outputs = run_network(model, flags.network, source, split,
                             fmt::format("val {}", flags.split), unknown.has_value());
  if (scaling) outputs.scores = scaled(outputs.scores, *scaling);
  const auto metrics = evaluate(outputs.scores);
  for (const auto& warning : metrics.warnings) log_warn("{}", warning);
  const bool leaky = is_leaky(source.manifest.protocol) || is_leaky(trained_protocol(model));
  const auto predictions = predictions_of(source.manifest, split, outputs.scores);
  Json report = report_of(model, source.manifest, predictions, metrics, flags.evidence.calibrated);
  const auto validation =
      validation_of(flags, files, model, report["weights_sha256"], scaling, classes);
  const auto found = measure_evidence(source.manifest, split, predictions,
                                      validation ? &validation->scores : nullptr, flags.evidence);
  add_evidence(found, classes, report);
  std::vector<UnknownDetection> detections;
  if (unknown) {
    detections = detections_of(flags, model, *unknown, outputs,
                               group_names(source.manifest, split, flags.evidence.group));
    add_unknown(*unknown, detections, report);
  }
  if (flags.isic) report["isic_official"] = to_json(isic_score_of(predictions));
  write_predictions(files.predictions(flags.split), predictions);
  write_json(files.metrics(flags.split), report);
  if (split == Split::kVal)
    write_scalings(scalings_file(files), fit_scalings(predictions.scores, classes, flags.split));
  log_info("written: {}, {}", files.predictions(flags.split).string(),
           files.metrics(flags.split).string());
  if (flags.json)
    std::fputs((report.dump(2) + "\n").c_str(), stdout);
  else
    print_text(flags, leaky, metrics, classes, found, predictions, detections);
}

// With --predictions no network is run.
void run_val(const ValFlags& flags) {
  if (flags.predictions.empty() && flags.model.empty())
    throw UsageError("nothing to measure", "val", "a run directory or a weight file");
  if (flags.predictions.empty()) return validate(flags);
  if (!flags.model.empty() || !flags.isic || flags.data.empty() || flags.unknown.asked())
    throw UsageError("--predictions stands for a network's submission", "--predictions",
                     "--isic-official --predictions FILE --data GROUNDTRUTH, and no model");
  score_submission(flags.predictions, flags.data, split_named(flags.split, "--split"), flags.json);
}

}  // namespace

void add_val(CLI::App& parent, int&) {
  auto* app = parent.add_subcommand("val", "measure a trained network on one split");
  app->alias("test");
  auto flags = std::make_shared<ValFlags>();
  app->add_option("model", flags->model, "run directory or weight file");
  app->add_option("--split", flags->split, "train, val or test")->capture_default_str();
  app->add_option("--data", flags->data, "another manifest than the run's own");
  app->add_option("--out", flags->out, "folder for metrics and predictions; default: the run");
  app->add_option("--arch", flags->arch, "network, where the weight file does not say");
  app->add_option("-b,--batch-size", flags->network.batch_size, "images per step")
      ->check(CLI::Range(1, 65536))
      ->capture_default_str();
  app->add_option("-j,--workers", flags->network.workers, "threads that make batches")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  app->add_option("--threads", flags->network.threads, "threads of the arithmetic; 0: all cores")
      ->check(CLI::Range(0, 1024))
      ->capture_default_str();
  app->add_option("--device", flags->network.device, "auto, cpu, cuda or cuda:N")
      ->capture_default_str();
  app->add_option("--cache-dir", flags->cache_dir, "folder of packed caches");
  app->add_flag("--json", flags->json, "print the metrics as JSON");
  add_evidence_options(*app, flags->evidence);
  add_unknown_options(*app, flags->unknown);
  app->add_flag("--isic-official", flags->isic, "the score of the ISIC challenges' own scorer too");
  app->add_option("--predictions", flags->predictions,
                  "score this submission against --data (a ground truth or a manifest)");
  app->footer(
      "Examples:\n  dermdistill val runs/train/teacher --split val\n"
      "  dermdistill val runs/train/teacher --split test\n"
      "  dermdistill val runs/train/teacher --unknown other_images.csv\n"
      "  dermdistill val --isic-official --predictions submission.csv --data GroundTruth.csv");
  app->callback([flags] { run_val(*flags); });
}

}  // namespace derm
