// `dermdistill train`: supervised training of one network.
#include "cli/command.h"
#include "cli/train_options.h"

namespace derm {

void add_train(CLI::App& parent, int&) {
  auto* app = parent.add_subcommand("train", "train a network on a manifest");
  auto flags = std::make_shared<TrainFlags>();
  flags->recipe = "baseline";
  app->add_option("--model,--student", flags->student, "network (`list models`)");
  app->add_option("--teacher", flags->teachers, "distil from it: the same as `distill`");
  add_train_flags(*app, *flags);
  app->footer(
      "Example:\n  dermdistill train --data manifest.csv --model mobilenet_v2 --imgsz 224 "
      "--epochs 30 --name teacher\n  dermdistill train --resume runs/train/teacher");
  app->callback([app, flags] {
    if (!flags->teachers.empty() && flags->recipe == "baseline") flags->recipe = "kd";
    run_training(*flags, "runs/train", command_line_of(*app));
  });
}

}  // namespace derm
