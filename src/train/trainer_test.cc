// The trainer on small generated images: freezing, bit-exact resume, multi-stage, selection.
#include "train/trainer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>

#include "support/event_reader.h"
#include "support/training.h"
#include "train/model_file.h"

namespace derm {
namespace {

using TrainerTest = testing::TrainingTest;

TEST_F(TrainerTest, SameSeedGivesTheSameRunAndAnotherSeedAnother) {
  const auto a = train("a", config("baseline")), b = train("b", config("baseline"));
  expect_same_run(a, b);
  const auto c = train("c", config("baseline", {"seed=1"}));
  EXPECT_NE(sha256_file(a.best()), sha256_file(c.best()));
}

TEST_F(TrainerTest, ResumeAfterAnyStepEqualsTheUninterruptedRunBitForBit) {
  const auto teacher = train("teacher", config("baseline", {"student=mobilenet_v2_0.2"}));
  const std::vector<std::string> settings = {"teachers=[" + teacher.path.string() + "]"};
  for (const std::string recipe : {"baseline", "kd", "blkd"}) {
    const auto c = config(recipe, recipe == "baseline" ? std::vector<std::string>() : settings);
    const auto whole = train(recipe + "_whole", c);
    const auto pieces = prepare(recipe + "_pieces", c);
    train_in_pieces(c, pieces, 5);
    SCOPED_TRACE(recipe);
    expect_same_run(whole, pieces);
  }
}

TEST_F(TrainerTest, MoreEpochsBeginWithTheSameEpochs) {
  const std::vector<std::string> constant = {"stages.0.schedule.kind=constant"};
  auto longer = constant;
  longer.push_back("stages.0.epochs=4");
  const auto a = results(train("short", config("baseline", constant)));
  const auto b = results(train("long", config("baseline", longer)));
  ASSERT_EQ(a.size(), 3U);
  ASSERT_EQ(b.size(), 4U);
  for (size_t i = 0; i < a.size(); ++i) EXPECT_EQ(a[i].dump(), b[i].dump());
}

TEST_F(TrainerTest, WorkersDoNotChangeTheResult) {
  const auto a = train("one", config("baseline", {"workers=1"}));
  const auto b = train("four", config("baseline", {"workers=4"}));
  expect_same_run(a, b);
}

TEST_F(TrainerTest, SecondStageStartsFromTheBestOfTheFirst) {
  auto c = config("baseline");
  c.stages.push_back(c.stages[0]);
  c.stages[1].name = "second";
  c.stages[1].optim.lr = 1e-12;  // nothing moves but batch-norm statistics
  c.stages[1].ema = 0;
  const auto run = train("two", c);
  const auto first = read_weights(run.stage_best(0)).tensors,
             second = read_weights(run.best()).tensors;
  for (const auto& [name, tensor] : second)
    if (tensor.dim() > 1) {
      EXPECT_LT((tensor - first.at("student." + name)).abs().max().item<double>(), 1e-6) << name;
    }
  const auto pieces = prepare("two_pieces", c);
  train_in_pieces(c, pieces, 12);
  expect_same_run(run, pieces);
}

TEST_F(TrainerTest, OnlyWhatAStageListsMoves) {
  auto c = config("baseline", {"stages.0.train=[student.classifier]"});
  c.stages[0].ema = 0;
  const auto run = prepare("head", c);
  const TrainData data(c, read_manifest(run.manifest()));
  auto before = build_networks(c, data, torch::kCPU);
  Trainer(c, run).run();
  const auto after = read_weights(run.last()).tensors;
  for (const auto& [name, tensor] : before.student->state()) {
    const bool trained = name.rfind("classifier", 0) == 0;
    EXPECT_EQ(tensor.equal(after.at(name)), !trained) << name;
  }
}

TEST_F(TrainerTest, DistillationLeavesTheTeacherFileAndNetworkAlone) {
  const auto teacher = train("teacher", config("baseline"));
  const auto before = sha256_file(teacher.best());
  const auto c = config("kd", {"teachers=[" + teacher.path.string() + "]"});
  const auto run = train("student", c);
  EXPECT_EQ(sha256_file(teacher.best()), before);
  EXPECT_EQ(read_json(run.summary())["recipe"], "kd");
  for (const auto& row : results(run)) {
    EXPECT_TRUE(row.contains("kd_loss"));
    EXPECT_NEAR(row["train_loss"].get<double>(),
                0.1 * row["ce_loss"].get<double>() + 0.9 * row["kd_loss"].get<double>(), 1e-5);
  }
}

std::string message_of(const std::function<void()>& body) {
  try {
    body();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST_F(TrainerTest, RefusesATeacherThatSawTheTestLesions) {
  const auto teacher = train("teacher", config("baseline"));
  Manifest other = manifest_;
  std::swap(other.rows[0].split, other.rows[35].split);
  write_manifest(folder_ / "other.csv", other);
  auto c = config("kd", {"teachers=[" + teacher.path.string() + "]",
                         "data=" + (folder_ / "other.csv").string()});
  const auto run = create_run_directory(folder_ / "runs", "leak", true);
  write_run_inputs(run, c, other, "test");
  EXPECT_THAT(message_of([&] { Trainer(c, run); }),
              ::testing::AllOf(::testing::HasSubstr("lesion L0"), ::testing::HasSubstr("teacher")));
}

int64_t event_files_of(const RunDirectory& run) {
  const auto files = list_files(run.path, false);
  return std::count_if(files.begin(), files.end(), [](const auto& file) {
    return starts_with(file.filename().string(), "events.out.tfevents.");
  });
}

// The event files of a run show what results.csv holds.
void expect_every_epoch_once(const RunDirectory& run) {
  const auto curves = testing::read_curves(run.path);
  const Json rows = read_checkpoint(run.state())->history;
  const std::vector<std::pair<std::string, std::string>> columns = {
      {"train/loss", "train_loss"},
      {"train/ce_loss", "ce_loss"},
      {"lr", "lr"},
      {"images_per_s", "images_per_s"},
      {"val/loss", "val_loss"},
      {"val/balanced_accuracy", "val_balanced_accuracy"}};
  for (const auto& [tag, column] : columns) {
    ASSERT_EQ(curves.at(tag).size(), rows.size()) << tag;
    for (size_t i = 0; i < rows.size(); ++i)
      EXPECT_THAT(curves.at(tag).at(static_cast<int64_t>(i) + 1),
                  ::testing::ElementsAre(rows[i][column].get<float>()))
          << tag;
  }
  EXPECT_EQ(curves.count("epoch"), 0U);
}

// Stops as Ctrl-C does once the first epoch is written.
void train_first_epoch(const RunConfig& c, const RunDirectory& run) {
  std::atomic<bool> ended{false};
  std::thread stop([&] {
    const auto written = [&] {
      const auto file = run.path / "results.csv";
      const std::string text = fs::exists(file) ? read_text(file) : "";
      return std::count(text.begin(), text.end(), '\n') > 1;
    };
    while (!ended && !written()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    request_interrupt();
  });
  EXPECT_THROW(Trainer(c, run).run(), Interrupted);
  ended = true;
  stop.join();
  clear_interrupt();
}

TEST_F(TrainerTest, TensorBoardHasEveryEpochOnceAlsoAfterAResume) {
  const auto c = config("baseline", {"stages.0.epochs=8"});
  const auto run = prepare("pieces", c);
  train_first_epoch(c, run);
  Trainer(c, run).run();
  expect_every_epoch_once(run);
  EXPECT_EQ(event_files_of(run), 2);
  Trainer(c, run).run();  // finished: nothing is added
  EXPECT_EQ(event_files_of(run), 2);
  create_run_directory(folder_ / "runs", "pieces", true);
  EXPECT_TRUE(testing::read_curves(run.path).empty());
}

TEST_F(TrainerTest, TensorBoardForgetsTheEpochsThatAKillTookBack) {
  const auto c = config("baseline", {"stages.0.epochs=8"});
  const auto run = prepare("killed", c);
  train_first_epoch(c, run);
  const Bytes state = read_file(run.state());
  Trainer(c, run).run();
  write_file_atomic(run.state(), state);  // as if it had been killed before the next one
  Trainer(c, run).run();
  expect_every_epoch_once(run);
  EXPECT_EQ(event_files_of(run), 3);
}

TEST_F(TrainerTest, NonFiniteLossNamesTheTermAndKeepsTheBatch) {
  auto c = config("baseline", {"stages.0.optim.lr=1e30", "stages.0.schedule.warmup_epochs=0"});
  c.stages[0].ema = 0;
  const auto run = prepare("explodes", c);
  EXPECT_THAT(message_of([&] { Trainer(c, run).run(); }), ::testing::HasSubstr("term ce"));
  const auto batch = read_weights(run.path / "failed_batch.safetensors");
  EXPECT_EQ(batch.tensors.at("images").dim(), 4);
}

TEST_F(TrainerTest, RunDirectoryIsNotOverwrittenAndHoldsItsInputs) {
  const auto run = train("kept", config("baseline"));
  EXPECT_THROW(create_run_directory(folder_ / "runs", "kept", false), Error);
  EXPECT_EQ(write_config(read_run_config(run)).dump(), write_config(config("baseline")).dump());
  for (const char* file : {"env.json", "args.txt", "results.csv", "log.jsonl", "run.json"})
    EXPECT_TRUE(fs::exists(run.path / file)) << file;
  const auto metadata = read_weights(run.best()).metadata;
  EXPECT_EQ(metadata.at("arch"), "mobilenet_v2_0.1");
  EXPECT_EQ(metadata.at("classes"), "MEL,NV,BCC");
}

TEST_F(TrainerTest, AConfigurationThatCannotRunLeavesItsNameFree) {
  const auto c = config("baseline", {"stages.0.train=[student.clasifier]"});
  const auto run = prepare("typo", c);
  EXPECT_THAT(message_of([&] { Trainer(c, run).run(); }),
              ::testing::HasSubstr("did you mean 'student.classifier'"));
  EXPECT_NO_THROW(create_run_directory(folder_ / "runs", "typo", false));
}

TEST_F(TrainerTest, DamagedOrForeignCheckpointsAreOneError) {
  const auto c = config("baseline");
  const auto run = train("broken", c);
  auto bytes = read_file(run.state());
  bytes.resize(bytes.size() / 2);
  write_file_atomic(run.state(), bytes);
  EXPECT_THAT(message_of([&] { Trainer(c, run).run(); }), ::testing::HasSubstr("last.state"));
  fs::copy_file(run.best(), run.state(), fs::copy_options::overwrite_existing);
  EXPECT_THAT(message_of([&] { Trainer(c, run).run(); }), ::testing::HasSubstr("not a checkpoint"));
}

TEST(TermSpec, TakesItsOwnKeysAndLeavesTheOptions) {
  const auto spec = read_term_spec(parse_yaml("{term: kd, weight: 0.5, temperature: 3}", "t"));
  EXPECT_EQ(spec.term, "kd");
  EXPECT_EQ(spec.options.value.dump(), R"({"temperature":3})");
  EXPECT_THROW(read_term_spec(parse_yaml("{weight: 1}", "t")), Error);
  TermSpec warm{"kd", 2.0, 4.0, {}};
  EXPECT_DOUBLE_EQ(warm.weight_at(0), 0.5);
  EXPECT_DOUBLE_EQ(warm.weight_at(9), 2.0);
}

}  // namespace
}  // namespace derm
