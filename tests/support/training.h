// Small generated images and short runs: what the tests of training start from.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "base/interrupt.h"
#include "base/rng.h"
#include "image/encode.h"
#include "train/recipes.h"
#include "train/trainer.h"

namespace derm::testing {

inline constexpr int kSide = 32;

// Noisy images of three classes told apart by their colour, written as a manifest with files.
class TrainingTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / fmt::format("derm_trainer_{}", ::getpid());
    fs::remove_all(folder_);
    fs::create_directories(folder_ / "images");
    manifest_.classes = {"MEL", "NV", "BCC"};
    manifest_.root = folder_ / "images";
    manifest_.protocol = "lesion";
    for (int i = 0; i < 36; ++i) add_image(i);
    write_manifest(folder_ / "manifest.csv", manifest_);
  }
  void TearDown() override {
    clear_interrupt();
    fs::remove_all(folder_);
  }

  void add_image(int i) {
    Image image(40, 30);
    Rng rng({3, Purpose::kTest, 0, static_cast<uint64_t>(i), 0});
    for (size_t p = 0; p < image.data.size(); ++p)
      image.data[p] = static_cast<uint8_t>(60 + 60 * (p % 3 == size_t(i % 3)) + rng.below(90));
    const Bytes bytes = encode_png(image);
    ManifestRow row;
    row.image_id = fmt::format("img{:02}", i);
    row.path = row.image_id + ".png";
    row.label = i % 3;
    row.lesion_id = fmt::format("L{}", i);
    row.sha256 = sha256(bytes);
    row.split = i < 24 ? Split::kTrain : i < 30 ? Split::kVal : Split::kTest;
    write_file_atomic(manifest_.root / row.path, bytes);
    manifest_.rows.push_back(row);
  }

  RunConfig config(const std::string& recipe, const std::vector<std::string>& settings = {}) const {
    Tree tree = load_recipe(recipe);
    tree.value["data"] = (folder_ / "manifest.csv").string();
    tree.value["student"] = "mobilenet_v2_0.1";
    tree.value["batch_size"] = 8;
    tree.value["threads"] = 1;  // networks this small only lose by more
    set_value(tree, fmt::format("preprocess.side_px={}", kSide));
    for (size_t i = 0; i < tree.value["stages"].size(); ++i)
      set_value(tree, fmt::format("stages.{}.epochs=3", i));
    for (const auto& setting : settings) set_value(tree, setting);
    return read_run_config(tree);
  }

  RunDirectory prepare(const std::string& name, const RunConfig& c) const {
    const auto run = create_run_directory(folder_ / "runs", name, true);
    write_run_inputs(run, c, manifest_, "test");
    return run;
  }

  RunDirectory train(const std::string& name, const RunConfig& c) const {
    const auto run = prepare(name, c);
    Trainer(c, run).run();
    return run;
  }

  // The columns of results.csv that do not depend on the clock.
  static Json results(const RunDirectory& run) {
    Json rows = read_checkpoint(run.state())->history;
    for (auto& row : rows) {
      row.erase("seconds");
      row.erase("images_per_s");
    }
    return rows;
  }

  static void expect_same_run(const RunDirectory& a, const RunDirectory& b) {
    EXPECT_EQ(sha256_file(a.best()), sha256_file(b.best()));
    EXPECT_EQ(sha256_file(a.last()), sha256_file(b.last()));
    EXPECT_EQ(results(a).dump(), results(b).dump());
  }

  // Interrupts after `steps` steps, as Ctrl-C does, then resumes until the end.
  void train_in_pieces(const RunConfig& c, const RunDirectory& run, int64_t interruptions) const {
    for (int64_t i = 0; i < interruptions; ++i) {
      request_interrupt();  // seen after the first step of this piece
      EXPECT_THROW(Trainer(c, run).run(), Interrupted);
      clear_interrupt();
    }
    Trainer(c, run).run();
  }

  fs::path folder_;
  Manifest manifest_;
};

}  // namespace derm::testing
