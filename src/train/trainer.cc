#include "train/trainer.h"

#include <chrono>

#include "base/error.h"
#include "base/interrupt.h"
#include "base/log.h"
#include "base/progress.h"
#include "distill/ce.h"
#include "net/cpu.h"
#include "train/model_file.h"
#include "train/predict.h"

namespace derm {
namespace {

using Clock = std::chrono::steady_clock;

double since(Clock::time_point then) {
  return std::chrono::duration<double>(Clock::now() - then).count();
}

torch::Tensor float_tensor(const std::vector<double>& values) {
  return torch::tensor(values, torch::kFloat);
}

void add_to(Json& sums, const std::string& key, double value) {
  sums[key] = sums.value(key, 0.0) + value;
}

}  // namespace

Trainer::Trainer(RunConfig config, RunDirectory run)
    : config_(std::move(config)),
      run_(std::move(run)),
      device_(device_named(config_.device)),
      tensorboard_(run_.path) {
  prepare_cpu(config_.threads);
  data_ = std::make_unique<TrainData>(config_, read_manifest(run_.manifest()));
  networks_ = build_networks(config_, *data_, device_);
  class_weights_ = float_tensor(data_->class_weights()).to(device_);
  validation_ = data_->loader(Split::kVal);
}

Trainer::~Trainer() = default;

Json Trainer::run() {
  auto checkpoint = read_checkpoint(run_.state());
  if (checkpoint && checkpoint->finished) {
    log_info("the run is already finished");
    return read_json(run_.summary());
  }
  if (checkpoint) {
    stage_index_ = checkpoint->stage;
    log_info("continuing at stage {}, epoch {}, step {}", checkpoint->stage + 1,
             checkpoint->epoch + 1, checkpoint->step);
  }
  const auto stages = static_cast<int64_t>(config_.stages.size());
  // Auxiliary modules are made in stage order, whether or not their stage runs again.
  for (; stage_index_ < stages; ++stage_index_) {
    train_stage(checkpoint ? &*checkpoint : nullptr);
    checkpoint.reset();
  }
  const Json result = summary();
  write_json(run_.summary(), result);  // first: a finished run has its summary
  save(/*finished=*/true);
  return result;
}

void Trainer::train_stage(const Checkpoint* resume) {
  std::vector<const Graph*> teachers, peers;
  for (const auto& teacher : networks_.teachers) teachers.push_back(&teacher.graph());
  for (const auto& peer : networks_.peers) peers.push_back(&peer->graph());
  const TermContext context{
      networks_.student->graph(), teachers,       peers,         data_->classes(),
      data_->train_labels(),      class_weights_, *networks_.aux};
  const auto& config = config_.stages[static_cast<size_t>(stage_index_)];
  // Terms of the stages before may own auxiliary modules that the checkpoint holds.
  for (int64_t earlier = 0; resume != nullptr && earlier < stage_index_; ++earlier)
    Stage(config_.stages[static_cast<size_t>(earlier)], networks_, context);
  stage_ = std::make_unique<Stage>(config, networks_, context);
  networks_.aux->root()->to(device_);
  const auto loader = data_->train_loader(stage_->needs().views);
  stage_->set_steps(loader->batches());
  epoch_ = step_ = 0;
  if (resume != nullptr)
    restore(*resume);
  else
    save(/*finished=*/false);  // from here on the run exists, and can be resumed
  log_info("stage {} ({}/{}): {} epochs of {} steps, {} images", config.name, stage_index_ + 1,
           config_.stages.size(), config.epochs, loader->batches(), loader->samples());
  while (epoch_ < config.epochs && !stage_->selection().should_stop()) {
    train_epoch(*loader);
    end_epoch();
  }
  if (epoch_ < config.epochs)
    log_info("stopped early: no improvement in {} epochs", config.select.patience);
  reload_best();
}

void Trainer::train_epoch(Loader& loader) {
  const auto& config = stage_->config();
  loader.start(epoch_, step_);
  Progress bar(fmt::format("{} {}/{}", config.name, epoch_ + 1, config.epochs),
               static_cast<uint64_t>(loader.samples()), "images");
  const double seconds_before = epoch_seconds_;
  const auto begin = Clock::now();
  for (Batch batch; loader.next(batch);) {
    train_step(batch);
    ++step_;
    ++total_steps_;
    bar.add(static_cast<uint64_t>(batch.size()));
    bar.set_status(status());
    epoch_seconds_ = seconds_before + since(begin);
    if (!interrupt_requested()) continue;
    save(/*finished=*/false);
    bar.finish();
    throw Interrupted(
        fmt::format("interrupted: the state is saved; continue with\n  dermdistill "
                    "train --resume {}",
                    run_.path.string()));
  }
}

Step Trainer::forward(const Batch& batch, GraphNet& student) {
  const Needs& needs = stage_->needs();
  const auto images = images_of(batch).to(device_);
  Step step;
  step.labels = int64_tensor(batch.labels).to(device_);
  step.index = int64_tensor(batch.index).to(device_);
  step.views = needs.views;
  step.epoch = epoch_;
  if (!needs.teacher.empty())
    for (const auto& teacher : networks_.teachers)
      step.teachers.push_back(teacher.forward(images, needs.teacher));
  if (!needs.student.empty()) step.student = student->forward(images, needs.student);
  if (!needs.peer.empty())
    for (auto& peer : networks_.peers) step.peers.push_back(peer->forward(images, needs.peer));
  return step;
}

void Trainer::train_step(const Batch& batch) {
  // Dropout and masks depend on where the run is, not on how it came there.
  torch::manual_seed(derive_seed({static_cast<uint64_t>(config_.seed), Purpose::kDropout,
                                  static_cast<uint64_t>(epoch_), static_cast<uint64_t>(step_),
                                  static_cast<uint32_t>(stage_index_)}));
  stage_->optimizer().zero_grad();
  std::vector<Stage::Part> parts;
  torch::Tensor total;
  try {
    total = stage_->loss(forward(batch, networks_.student), parts);
  } catch (const Error&) {
    dump_batch(batch);
    throw;
  }
  total.backward();
  stage_->update(epoch_, step_);
  const auto images = static_cast<double>(batch.size());
  add_to(sums_, "images", images);
  add_to(sums_, "train_loss", total.item<double>() * images);
  for (const auto& part : parts)
    add_to(sums_, part.name + "_loss", part.value.item<double>() * images);
}

void Trainer::dump_batch(const Batch& batch) const {
  const auto file = run_.path / "failed_batch.safetensors";
  write_safetensors(file,
                    {{"images", images_of(batch).contiguous()},
                     {"labels", int64_tensor(batch.labels)},
                     {"index", int64_tensor(batch.index)}},
                    {{"stage", stage_->config().name},
                     {"epoch", std::to_string(epoch_ + 1)},
                     {"step", std::to_string(step_)}});
  log_warn("the batch is kept in {}", file.string());
}

void Trainer::end_epoch() {
  const auto begin = Clock::now();
  const double images = sums_.value("images", 0.0), train_seconds = epoch_seconds_;
  Json row = {{"stage", stage_->config().name},
              {"epoch", epoch_ + 1},
              {"lr", stage_->lr(epoch_, std::max<int64_t>(0, step_ - 1))}};
  for (const auto& [key, sum] : sums_.items())
    if (key != "images") row[key] = sum.get<double>() / images;
  validate(row);
  epoch_seconds_ += since(begin);
  if (is_leaky(data_->manifest().protocol)) row["protocol"] = data_->manifest().protocol;
  row["seconds"] = epoch_seconds_;
  row["images_per_s"] = train_seconds > 0 ? images / train_seconds : 0;
  history_.add(std::move(row));
  tensorboard_.add(history_.rows());
  total_seconds_ += epoch_seconds_;
  epoch_seconds_ = 0;
  sums_ = Json::object();
  ++epoch_;
  step_ = 0;
  save(/*finished=*/false);
}

void Trainer::validate(Json& row) {
  auto& selection = stage_->selection();
  if (stage_->has_student()) evaluate_student(row);
  if (selection.metric() == "terms") row["val_terms"] = terms_on_validation();
  stage_->rearm();
  const double value = row.at("val_" + selection.metric()).get<double>();
  const bool best = selection.add(epoch_, value);
  if (best) keep_best();
  stage_->schedule().end_epoch(value, selection.higher_is_better());
  std::string line =
      fmt::format("{} {}/{}  loss {:.4f}  val {} {:.4f}{}", stage_->config().name, epoch_ + 1,
                  stage_->config().epochs, row["train_loss"].get<double>(), selection.metric(),
                  value, best ? " (best)" : "");
  if (stage_->has_student())
    line += fmt::format("  bacc {:.4f}  acc {:.4f}", row["val_balanced_accuracy"].get<double>(),
                        row["val_accuracy"].get<double>());
  log_info("{}", line);
}

void Trainer::evaluate_student(Json& row) {
  const auto outputs = predict(stage_->evaluated(), *validation_, device_);
  const auto metrics = evaluate(outputs.scores);
  row["val_loss"] = cross_entropy(outputs.logits, int64_tensor(outputs.scores.labels),
                                  class_weights_.cpu(), CeOptions())
                        .item<double>();
  for (const char* name : {"balanced_accuracy", "accuracy", "macro_auc_ovr", "macro_f1"})
    row[std::string("val_") + name] = metric_named(metrics, name);
  const auto& selected = stage_->selection().metric();
  if (selected != "loss" && selected != "terms")
    row["val_" + selected] = metric_named(metrics, selected);
}

// The stage's own loss over the validation split, every module in eval mode.
double Trainer::terms_on_validation() {
  const torch::NoGradGuard no_grad;
  networks_.root()->eval();
  stage_->evaluated()->eval();
  torch::manual_seed(static_cast<uint64_t>(config_.seed));  // masks: the same in every epoch
  const auto loader = data_->loader(Split::kVal, stage_->needs().views);
  loader->start(0, 0);
  double sum = 0, images = 0;
  for (Batch batch; loader->next(batch);) {
    Step step = forward(batch, stage_->evaluated());
    step.index = torch::Tensor();  // positions in the training split
    std::vector<Stage::Part> parts;
    const auto size = static_cast<double>(batch.size());
    sum += stage_->loss(step, parts).item<double>() * size;
    images += size;
  }
  return sum / images;
}

void Trainer::keep_best() {
  auto metadata = model_metadata(networks_.student->graph(), config_.preprocess, data_->manifest(),
                                 config_.recipe);
  metadata["epoch"] = std::to_string(epoch_ + 1);
  metadata["stage"] = stage_->config().name;
  if (stage_->has_student()) write_safetensors(run_.best(), stage_->evaluated()->state(), metadata);
  auto all = state_of(*networks_.root());
  if (stage_->averages())
    for (auto& [name, tensor] : stage_->evaluated()->state()) all["student." + name] = tensor;
  write_safetensors(run_.stage_best(stage_index_), all, metadata);
}

// The next stage, and whoever asks this process, goes on from the stage's best epoch. A file per
// stage: a kill between two stages must not mix them.
void Trainer::reload_best() {
  restore_state(*networks_.root(), "", read_weights(run_.stage_best(stage_index_)).tensors);
}

void Trainer::save(bool finished) {
  Checkpoint c;
  c.net = state_of(*networks_.root());
  if (stage_->averages()) c.ema = stage_->evaluated()->state();
  c.optim = stage_->optimizer().state();
  c.optim_steps = stage_->optimizer().steps();
  c.schedule = stage_->schedule().state();
  c.selection = stage_->selection().state();
  c.stage = stage_index_;
  c.epoch = epoch_;
  c.step = step_;
  c.total_steps = total_steps_;
  c.sums = sums_;
  c.epoch_seconds = epoch_seconds_;
  c.total_seconds = total_seconds_;
  c.history = history_.rows();
  c.finished = finished;
  auto metadata = model_metadata(networks_.student->graph(), config_.preprocess, data_->manifest(),
                                 config_.recipe);
  write_safetensors(run_.last(), stage_->evaluated()->state(), metadata);
  history_.write(run_.path);
  write_checkpoint(run_.state(), c);
}

void Trainer::restore(const Checkpoint& c) {
  restore_state(*networks_.root(), "", c.net);
  if (stage_->averages()) restore_state(*stage_->evaluated(), "", c.ema);
  stage_->optimizer().restore(c.optim, c.optim_steps);
  stage_->schedule().restore(c.schedule);
  stage_->selection().restore(c.selection);
  epoch_ = c.epoch;
  step_ = c.step;
  total_steps_ = c.total_steps;
  sums_ = c.sums;
  epoch_seconds_ = c.epoch_seconds;
  total_seconds_ = c.total_seconds;
  history_.restore(c.history);
}

std::string Trainer::status() const {
  const double images = sums_.value("images", 0.0);
  std::string text = fmt::format("loss {:.4f}", sums_.value("train_loss", 0.0) / images);
  const auto& selection = std::as_const(*stage_).selection();
  if (selection.best_epoch() >= 0)
    text += fmt::format("  best {} {:.4f}", selection.metric(), selection.best());
  return text;
}

Json Trainer::summary() const {
  const auto& selection = std::as_const(*stage_).selection();
  const Cost network_cost = cost(networks_.student->graph());
  return {{"name", run_.path.filename().string()},
          {"recipe", config_.recipe},
          {"arch", networks_.student->graph().arch},
          {"teachers", config_.teachers},
          {"seed", config_.seed},
          {"classes", data_->manifest().classes},
          {"parameters", network_cost.parameters},
          {"macs", network_cost.macs},
          {"best_epoch", selection.best_epoch() + 1},
          {"best_metric", selection.metric()},
          {"best_value", selection.best()},
          {"seconds_total", total_seconds_},
          {"manifest_hash", data_->manifest().hash()},
          {"protocol", data_->manifest().protocol}};
}

}  // namespace derm
