// For tests: a small but complete run directory in a temporary folder, removed at the end.
#pragma once

#include <unistd.h>

#include <string>

#include "base/error.h"
#include "base/files.h"
#include "base/json.h"
#include "eval/predictions.h"

namespace derm::testing {

class RunFolder {
 public:
  explicit RunFolder(const std::string& name)
      : root_(fs::temp_directory_path() / fmt::format("derm_report_{}", ::getpid())),
        path_(root_ / name) {
    fs::create_directories(path_ / "weights");
    write_file_atomic(path_ / "config.yaml", "recipe: kd\n");
    write_file_atomic(path_ / "weights" / "best.safetensors", std::string(1000, 'w'));
    write_training();
    write_evaluation();
    write_manifest();
  }
  ~RunFolder() { fs::remove_all(root_); }
  RunFolder(const RunFolder&) = delete;
  RunFolder& operator=(const RunFolder&) = delete;

  const fs::path& path() const { return path_; }

 private:
  void write_training() const {
    std::string csv = "stage,epoch,train_loss,val_loss,val_balanced_accuracy\n";
    for (int e = 1; e <= 4; ++e)
      csv += fmt::format("train,{},{},{},{}\n", e, 2.0 / e, 2.2 / e, 0.15 * e);
    write_file_atomic(path_ / "results.csv", csv);
    write_json(path_ / "run.json", {{"recipe", "kd"},
                                    {"arch", "mobilenet_v2"},
                                    {"teachers", {"runs/teacher"}},
                                    {"seed", 0},
                                    {"parameters", 2234120},
                                    {"macs", 300774272},
                                    {"best_epoch", 4},
                                    {"best_metric", "balanced_accuracy"},
                                    {"best_value", 0.6},
                                    {"seconds_total", 75.5},
                                    {"manifest_hash", "abc123"},
                                    {"protocol", "lesion"}});
  }

  void write_evaluation() const {
    Predictions p;
    p.classes = {"MEL", "NV", "BCC"};
    p.split = "test";
    p.image_ids = {"i1", "i2", "i3", "i4"};
    p.lesion_ids = {"l1", "l2", "l2", ""};
    p.scores.classes = 3;
    p.scores.labels = {0, 1, 1, 2};
    p.scores.probabilities = {.7, .2, .1, .2, .7, .1, .6, .3, .1, .1, .1, .8};
    write_predictions(path_ / "predictions_test.csv", p);
    write_json(path_ / "metrics_test.json", {{"arch", "mobilenet_v2"},
                                             {"classes", p.classes},
                                             {"metrics", to_json(evaluate(p.scores), p.classes)}});
  }

  void write_manifest() const {
    write_json(path_ / "manifest.json",
               {{"protocol", "lesion"},
                {"details",
                 {{"problems_allowed", {{"missing", 3}, {"duplicates", 5}, {"conflicts", 1}}},
                  {"quarantined", {{"x.jpg", "torn"}}}}}});
    write_file_atomic(path_ / "manifest.csv",
                      "path,class,split,lesion_id,patient_id,image_id,age,sex,site,source\n"
                      "t.jpg,NV,train,l9,p9,t,50,female,back,HAM\n"
                      "1.jpg,MEL,test,l1,,i1,70,male,back,HAM\n"
                      "2.jpg,NV,test,l2,,i2,30,female,,HAM\n"
                      "3.jpg,NV,test,l2,,i3,30,female,arm,BCN\n"
                      "4.jpg,BCC,test,,,i4,,,arm,BCN\n");
  }

  fs::path root_, path_;
};

}  // namespace derm::testing
