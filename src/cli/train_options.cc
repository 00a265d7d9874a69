#include "cli/train_options.h"

#include <cstdio>

#include "base/log.h"
#include "base/strings.h"
#include "eval/table.h"
#include "net/weights.h"
#include "train/recipes.h"
#include "train/trainer.h"

namespace derm {
namespace {

// Applies a value below every stage: --epochs 5 means 5 epochs of each.
template <class T>
void set_in_stages(Tree& tree, const std::string& path, const std::optional<T>& value) {
  if (!value || !tree.has("stages")) return;
  for (size_t i = 0; i < tree.value["stages"].size(); ++i)
    set_value(tree, fmt::format("stages.{}.{}={}", i, path, *value));
}

template <class T>
void set(Tree& tree, const std::string& path, const std::optional<T>& value) {
  if (value) set_value(tree, fmt::format("{}={}", path, *value));
}

void set_path(Tree& tree, const std::string& key, const std::optional<std::string>& path) {
  if (!path) return;
  tree.value[key] = path->empty() ? "" : fs::absolute(*path).lexically_normal().string();
}

// --temperature and --alpha speak about the kd terms of the recipe.
void set_kd(Tree& tree, const TrainFlags& flags) {
  if (!flags.temperature && !flags.alpha) return;
  bool found = false;
  for (auto& stage : tree.value["stages"])
    for (auto& term : stage["terms"]) {
      const std::string name = term.value("term", "");
      if (name == "kd") {
        found = true;
        if (flags.temperature) term["temperature"] = *flags.temperature;
        if (flags.alpha) term["weight"] = *flags.alpha;
      }
      if (name == "ce" && flags.alpha) term["weight"] = 1 - *flags.alpha;
    }
  if (!found)
    throw UsageError("--temperature and --alpha need a recipe with a kd term", flags.recipe,
                     "--set stages.NAME.terms.TERM.KEY=VALUE for other terms");
}

void apply_flags(Tree& tree, const TrainFlags& flags) {
  set_path(tree, "data", flags.data);
  set_path(tree, "weights", flags.weights);
  set_path(tree, "cache_dir", flags.cache_dir);
  if (!flags.teachers.empty()) {
    tree.value["teachers"] = Json::array();
    for (const auto& teacher : flags.teachers)
      tree.value["teachers"].push_back(fs::absolute(teacher).lexically_normal().string());
  }
  if (!flags.teacher_archs.empty()) tree.value["teacher_archs"] = flags.teacher_archs;
  if (flags.student) tree.value["student"] = *flags.student;
  set(tree, "seed", flags.seed);
  set(tree, "batch_size", flags.batch_size);
  set(tree, "preprocess.side_px", flags.imgsz);
  set(tree, "workers", flags.workers);
  set(tree, "threads", flags.threads);
  set(tree, "device", flags.device);
  set(tree, "sampler", flags.sampler);
  set(tree, "class_weights", flags.class_weights);
  set(tree, "augment.pipeline", flags.augment);
  set_in_stages(tree, "epochs", flags.epochs);
  set_in_stages(tree, "optim.lr", flags.lr);
  set_in_stages(tree, "optim.weight_decay", flags.weight_decay);
  set_in_stages(tree, "optim.kind", flags.optimizer);
  set_in_stages(tree, "schedule.kind", flags.sched);
  set_in_stages(tree, "select.patience", flags.patience);
  set_in_stages(tree, "ema", flags.ema);
  set_kd(tree, flags);
  for (const auto& assignment : flags.assignments) set_value(tree, assignment);
  for (const auto& word : flags.overrides) set_value(tree, word);
}

std::string initial_weights(const std::string& path) {
  return fs::is_directory(path) ? (fs::path(path) / "weights" / "best.safetensors").string() : path;
}

void print_summary(const Json& summary, const fs::path& run) {
  TextTable table({"run", "recipe", "network", "parameters", "best epoch",
                   "val " + summary["best_metric"].get<std::string>(), "minutes"});
  table.add({run.string(), summary["recipe"].get<std::string>(), summary["arch"].get<std::string>(),
             format_count(summary["parameters"].get<int64_t>()),
             std::to_string(summary["best_epoch"].get<int64_t>()),
             format_score(summary["best_value"].get<double>()),
             fmt::format("{:.1f}", summary["seconds_total"].get<double>() / 60)});
  std::fputs(table.str().c_str(), stdout);
}

}  // namespace

void add_train_flags(CLI::App& app, TrainFlags& f) {
  app.add_option("--data", f.data, "manifest written by `data split`");
  app.add_option("--recipe,--method", f.recipe, "recipe name or YAML file (`list recipes`)")
      ->capture_default_str();
  app.add_option("-c,--config,--cfg", f.config_file, "YAML file laid over the recipe");
  app.add_option("--set", f.assignments, "KEY.PATH=VALUE, last word; may repeat");
  app.add_option("overrides", f.overrides, "the same as KEY=VALUE words, applied after --set");
  app.add_option("--weights,--pretrained", f.weights,
                 "initial weights: .safetensors, .pth or a run");
  app.add_option("--epochs", f.epochs, "passes over the training split, of each stage");
  app.add_option("-b,--batch-size,--batch", f.batch_size, "images per step");
  app.add_option("--imgsz,--img-size,--image-size", f.imgsz, "side of the network input, pixels");
  app.add_option("--lr,--lr0", f.lr, "learning rate before the schedule");
  app.add_option("--weight-decay", f.weight_decay, "weight decay");
  app.add_option("--opt,--optimizer", f.optimizer, "sgd or adamw");
  app.add_option("--sched", f.sched, "constant, cosine, multistep or plateau");
  app.add_option("--ema", f.ema, "decay of averaged weights, 0: off");
  app.add_option("--patience", f.patience, "stop after this many epochs without improvement");
  app.add_option("--sampler", f.sampler, "shuffle, balanced or target");
  app.add_option("--class-weights", f.class_weights, "none, inv_freq, balanced, sqrt_mean1, ...");
  app.add_option("--augment", f.augment, "none, modern, ssdkd or dspkd");
  app.add_option("--seed", f.seed, "of weights, order and augmentation");
  app.add_option("-j,--workers", f.workers, "threads that make batches");
  app.add_option("--threads", f.threads, "threads of the arithmetic; 0: all cores");
  app.add_option("--device", f.device, "auto, cpu, cuda or cuda:N");
  app.add_option("--cache-dir", f.cache_dir, "folder of packed caches");
  app.add_option("--out,--project,--work-dir", f.out, "folder of runs")->capture_default_str();
  app.add_option("--name", f.name, "name of the run; without one: exp, exp2, ...");
  app.add_flag("--exist-ok", f.exist_ok, "start an existing run of that name anew");
  app.add_option("--resume", f.resume,
                 "continue this run directory (needs nothing else), or auto: the run --name");
}

bool adopt_normalisation(Tree& tree) {
  const std::string path = tree.value.value("weights", "");
  if (path.empty()) return false;
  const bool stated = tree.has("preprocess") && (tree.value["preprocess"].contains("mean") ||
                                                 tree.value["preprocess"].contains("std"));
  const auto metadata = read_weights(path).metadata;
  if (stated || metadata.count("mean") == 0 || metadata.count("std") == 0) return false;
  for (const char* key : {"mean", "std"})
    set_value(tree, fmt::format("preprocess.{}=[{}]", key, metadata.at(key)));
  return true;
}

RunConfig configure(const TrainFlags& flags) {
  Tree tree = load_recipe(flags.recipe);
  if (!flags.config_file.empty()) tree = merge(tree, read_yaml(flags.config_file));
  apply_flags(tree, flags);
  if (tree.value.value("weights", "") != "")
    tree.value["weights"] = initial_weights(tree.value["weights"]);
  if (adopt_normalisation(tree))
    log_info("normalisation of the initial weights: mean {}, std {}",
             tree.value["preprocess"]["mean"].dump(), tree.value["preprocess"]["std"].dump());
  auto config = read_run_config(tree);
  if (config.data.empty()) throw UsageError("no data", "", "--data MANIFEST (see `data split`)");
  if (config.student.empty())
    throw UsageError("no network to train", "", "--model NAME (or --student; see `list models`)");
  return config;
}

void run_training(const TrainFlags& flags, const std::string& default_out,
                  const std::string& command_line) {
  const fs::path out = flags.out.empty() ? default_out : flags.out;
  fs::path existing = flags.resume;
  if (flags.resume == "auto") existing = out / (flags.name.empty() ? "exp" : flags.name);
  RunDirectory run;
  RunConfig config;
  if (!flags.resume.empty() && (flags.resume != "auto" || fs::exists(existing / "config.yaml"))) {
    run = open_run_directory(existing);
    config = read_run_config(run);
  } else {
    config = configure(flags);
    const Manifest manifest = read_manifest(config.data);
    run = create_run_directory(out, flags.name, flags.exist_ok);
    write_run_inputs(run, config, manifest, command_line);
  }
  log_also_to(run.log().string());
  log_info("run directory: {}", run.path.string());
  Trainer trainer(config, run);
  print_summary(trainer.run(), run.path);
}

std::string command_line_of(const CLI::App& app) {
  std::string line;
  for (const CLI::App* at = &app; at != nullptr; at = at->get_parent())
    line = at->get_name() + (line.empty() ? "" : " " + line);
  for (const auto* option : app.get_options())
    if (option->count() > 0) line += " " + option->get_name() + " " + join(option->results(), " ");
  return line;
}

}  // namespace derm
