// Everything a run can be told, declared once: a recipe file, a --config file, flags and --set all
// fill this struct, and config.yaml in the run directory is its dump.
#pragma once

#include <string>
#include <vector>

#include "data/augment.h"
#include "image/preprocess.h"
#include "train/optimizer.h"
#include "train/schedule.h"
#include "train/selection.h"

namespace derm {

// One entry of a stage's `terms`: {term: kd, weight: 0.9, temperature: 4}. Keys other than these
// three are the term's own options: `list terms` shows them.
struct TermSpec {
  std::string term;
  double weight = 1;                // factor of the term in the total loss
  double weight_warmup_epochs = 0;  // epochs over which the weight rises from 1/n to its value
  Tree options;

  double weight_at(int64_t epoch) const;
};

TermSpec read_term_spec(const Tree& tree);

struct StageConfig {
  std::string name = "train";
  int64_t epochs = 100;
  std::vector<std::string> train = {"student", "aux", "peers"};
  OptimConfig optim;
  ScheduleConfig schedule;
  double ema = 0;
  bool fake_quant = false;
  std::vector<Tree> terms;
  SelectConfig select;

  template <class V, class Self>
  static void visit(V& v, Self& c) {
    v("name", c.name, any(), "shown in logs; --set stages.NAME.epochs=5 finds it");
    v("epochs", c.epochs, at_least(1), "passes over the training split");
    v("train", c.train, any(), "what is trained; everything else is frozen and in eval mode");
    v("optim", c.optim, any(), "");
    v("schedule", c.schedule, any(), "");
    v("ema", c.ema, within(0, 0.99999), "decay of averaged weights, validated and kept; 0: off");
    v("fake_quant", c.fake_quant, any(),
      "the student computes as its int8 model will: a stage that prepares for `quantize`");
    v("terms", c.terms, any(),
      "the loss: a weighted sum, {term: NAME, weight: W, OPTION: VALUE, ...}");
    v("select", c.select, any(), "");
  }
};

struct RunConfig {
  std::string recipe, about, cite;
  std::string data;
  std::string student, weights;
  std::vector<std::string> teachers, teacher_archs, peers, peer_weights;
  int64_t seed = 0;
  Preprocess preprocess;
  AugmentConfig augment;
  int64_t frame_px = 300;
  std::string cache_dir;
  std::string sampler = "shuffle";
  int64_t target_per_class = 4000;
  std::string class_weights = "none";
  int64_t batch_size = 32;
  int64_t workers = 2;
  int64_t threads = 0;
  std::string device = "auto";
  bool channels_last = true;
  std::vector<StageConfig> stages;

  template <class V, class Self>
  static void visit(V& v, Self& c) {
    v("recipe", c.recipe, any(), "name of the method");
    v("about", c.about, any(), "one line for people");
    v("cite", c.cite, any(), "where the method is published");
    v("data", c.data, any(), "manifest written by `data split`");
    v("student", c.student, any(), "network to train: `list models`");
    v("weights", c.weights, any(),
      "initial weights of the student; a head of other size is skipped");
    v("teachers", c.teachers, any(), "run directories or weight files of frozen teachers");
    v("teacher_archs", c.teacher_archs, any(), "their networks, where a file does not say");
    v("peers", c.peers, any(), "networks that train beside the student (online distillation)");
    v("peer_weights", c.peer_weights, any(), "their initial weight files, in that order");
    v("seed", c.seed, at_least(0), "of weights, order and augmentation");
    v("preprocess", c.preprocess, any(), "");
    v("augment", c.augment, any(), "");
    v("frame_px", c.frame_px, at_least(0),
      "cached training frames are shrunk to this short side; 0: decode the files each time");
    v("cache_dir", c.cache_dir, any(), "folder of packed caches; empty: beside the manifest");
    v("sampler", c.sampler, one_of({"shuffle", "balanced", "target"}),
      "shuffle: every image once; balanced: every class equally often; target: every image once, "
      "and repeats of rare classes");
    v("target_per_class", c.target_per_class, within(1, 1000000),
      "sampler target: images that a class gives to an epoch, at least");
    v("class_weights", c.class_weights,
      one_of(
          {"none", "inv_freq", "inv_freq_round3", "balanced", "mean1", "sqrt_mean1", "effective"}),
      "weights of ce terms and of the validation loss, from the training counts");
    v("batch_size", c.batch_size, within(1, 65536), "images per step (times the views)");
    v("workers", c.workers, within(1, 256), "threads that make batches");
    v("threads", c.threads, within(0, 1024), "threads of the network's arithmetic; 0: all cores");
    v("device", c.device, any(), "auto, cpu, cuda or cuda:N");
    v("channels_last", c.channels_last, any(), "memory layout of images and weights");
    v("stages", c.stages, any(), "run in order; each starts from the best epoch of the one before");
  }
};

// Reads the merged tree. Throws Error on what cannot work: no stage, no term, two stages of one
// name, a term without a name.
RunConfig read_run_config(const Tree& tree);

}  // namespace derm
