// The one training loop: it knows stages, terms and data, and nothing about any method.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "train/checkpoint.h"
#include "train/history.h"
#include "train/networks.h"
#include "train/run_directory.h"
#include "train/stage.h"
#include "train/tensorboard.h"
#include "train/train_data.h"

namespace derm {

class Trainer {
 public:
  // Builds the networks and the data of a run; the run directory already holds its inputs.
  Trainer(RunConfig config, RunDirectory run);
  ~Trainer();

  // Trains to the end, from the checkpoint where there is one, and returns the run's summary (also
  // written to run.json). Throws Interrupted after Ctrl-C, once the state is saved.
  Json run();

 private:
  void train_stage(const Checkpoint* resume);
  void train_epoch(Loader& loader);
  void train_step(const Batch& batch);
  Step forward(const Batch& batch, GraphNet& student);
  void end_epoch();
  void validate(Json& row);
  void evaluate_student(Json& row);
  double terms_on_validation();
  void keep_best();
  void reload_best();
  void save(bool finished);
  void restore(const Checkpoint& checkpoint);
  void dump_batch(const Batch& batch) const;
  std::string status() const;
  Json summary() const;

  RunConfig config_;
  RunDirectory run_;
  std::unique_ptr<TrainData> data_;
  torch::Device device_;
  Networks networks_;
  torch::Tensor class_weights_;  // [K]
  std::unique_ptr<Stage> stage_;
  std::unique_ptr<Loader> validation_;
  History history_;
  TensorBoard tensorboard_;

  // Where the run is. The next step to run is step_ of epoch_ of stage_index_.
  int64_t stage_index_ = 0, epoch_ = 0, step_ = 0, total_steps_ = 0;
  Json sums_ = Json::object();  // of the epoch so far: images, and each loss times images
  double epoch_seconds_ = 0, total_seconds_ = 0;
};

// The networks of a run: student (with its initial weights), peers and teachers, checked against
// the manifest's classes and against leaks.
Networks build_networks(const RunConfig& config, const TrainData& data,
                        const torch::Device& device);

torch::Device device_named(const std::string& name);  // auto, cpu, cuda, cuda:N

}  // namespace derm
