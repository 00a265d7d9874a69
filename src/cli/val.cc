// `dermdistill val`: measure a trained network on one split.
#include <cstdio>
#include <set>

#include "base/log.h"
#include "base/progress.h"
#include "cli/command.h"
#include "eval/predictions.h"
#include "eval/table.h"
#include "net/cpu.h"
#include "train/model_file.h"
#include "train/predict.h"
#include "train/trainer.h"

namespace derm {
namespace {

struct ValFlags {
  std::string model, split = "test", data, out, arch, device = "auto", cache_dir;
  int64_t batch_size = 64, workers = 2;
  bool json = false;
};

// Where the images come from: the run's own manifest, or --data.
struct Source {
  Manifest manifest;
  fs::path cache;
};

Source source_of(const ValFlags& flags) {
  if (!flags.data.empty())
    return {read_manifest(flags.data), cache_folder(flags.cache_dir, flags.data)};
  if (!fs::is_directory(flags.model))
    throw UsageError("a weight file alone has no images", flags.model, "--data MANIFEST");
  const auto run = open_run_directory(flags.model);
  const auto config = read_run_config(run);
  const std::string dir = flags.cache_dir.empty() ? config.cache_dir : flags.cache_dir;
  return {read_manifest(run.manifest()), cache_folder(dir, config.data)};
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
               const Metrics& metrics) {
  const Cost network_cost = cost(model.net->graph());
  return {{"model", model.file.string()},
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

Outputs run_network(Model& model, const ValFlags& flags, const Source& source, Split split) {
  prepare_cpu(0);
  const auto device = device_named(flags.device);
  model.net->to(device);
  auto loader = evaluation_loader(source.manifest, split, model.contract, source.cache,
                                  flags.batch_size, flags.workers, true);
  Progress bar(fmt::format("val {}", flags.split), static_cast<uint64_t>(loader->samples()),
               "images");
  return predict(model.net, *loader, device, [&](int64_t n) { bar.add(static_cast<uint64_t>(n)); });
}

void validate(const ValFlags& flags) {
  const Split split = split_named(flags.split, "--split");
  if (!fs::exists(flags.model))
    throw Error("no such run or weight file", flags.model, "a run directory or a weight file");
  const Source source = source_of(flags);
  const auto& classes = source.manifest.classes;
  Model model = load_model(flags.model, flags.arch, static_cast<int64_t>(classes.size()), 0);
  if (!model.classes.empty() && model.classes != classes)
    throw Error("the network knows other classes than the manifest", model.file.string(),
                join(classes, ", "), join(model.classes, ", "));
  const auto outputs = run_network(model, flags, source, split);
  const auto metrics = evaluate(outputs.scores);
  for (const auto& warning : metrics.warnings) log_warn("{}", warning);
  const bool leaky = is_leaky(source.manifest.protocol) || is_leaky(trained_protocol(model));
  const auto predictions = predictions_of(source.manifest, split, outputs.scores);
  const Json report = report_of(model, source.manifest, predictions, metrics);
  const fs::path folder = !flags.out.empty() ? fs::path(flags.out)
                          : model.run        ? *model.run
                                             : fs::path(".");
  fs::create_directories(folder);
  const RunDirectory files{folder};
  write_predictions(files.predictions(flags.split), predictions);
  write_json(files.metrics(flags.split), report);
  log_info("written: {}, {}", files.predictions(flags.split).string(),
           files.metrics(flags.split).string());
  if (leaky && !flags.json)
    std::printf("%s: copies of one image are in train and in test\n", kLeaky);
  std::fputs(flags.json ? (report.dump(2) + "\n").c_str() : metrics_table(metrics, classes).c_str(),
             stdout);
}

}  // namespace

void add_val(CLI::App& parent, int&) {
  auto* app = parent.add_subcommand("val", "measure a trained network on one split");
  app->alias("test");
  auto flags = std::make_shared<ValFlags>();
  app->add_option("model", flags->model, "run directory or weight file")->required();
  app->add_option("--split", flags->split, "train, val or test")->capture_default_str();
  app->add_option("--data", flags->data, "another manifest than the run's own");
  app->add_option("--out", flags->out, "folder for metrics and predictions; default: the run");
  app->add_option("--arch", flags->arch, "network, where the weight file does not say");
  app->add_option("-b,--batch-size", flags->batch_size, "images per step")
      ->check(CLI::Range(1, 65536))
      ->capture_default_str();
  app->add_option("-j,--workers", flags->workers, "threads that make batches")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  app->add_option("--device", flags->device, "auto, cpu, cuda or cuda:N")->capture_default_str();
  app->add_option("--cache-dir", flags->cache_dir, "folder of packed caches");
  app->add_flag("--json", flags->json, "print the metrics as JSON");
  app->footer("Example:\n  dermdistill val runs/train/teacher --split test");
  app->callback([flags] { validate(*flags); });
}

}  // namespace derm
