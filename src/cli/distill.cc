// `dermdistill distill`: train a small network with the help of a trained large one.
#include "base/error.h"
#include "cli/command.h"
#include "cli/train_options.h"

namespace derm {

void add_distill(CLI::App& parent, int&) {
  auto* app = parent.add_subcommand("distill", "distil a teacher into a student");
  auto flags = std::make_shared<TrainFlags>();
  flags->recipe = "kd";
  app->add_option("--teacher", flags->teachers, "run directory or weight file; may repeat");
  app->add_option("--teacher-arch", flags->teacher_archs,
                  "its network, where the weight file does not say");
  app->add_option("--student,--model", flags->student, "network to train (`list models`)");
  app->add_option("--temperature", flags->temperature, "of the kd terms");
  app->add_option("--alpha", flags->alpha, "weight of the kd terms; ce gets 1 - alpha")
      ->check(CLI::Range(0.0, 1.0));
  add_train_flags(*app, *flags);
  app->footer(
      "Example:\n  dermdistill distill --data manifest.csv --teacher runs/train/teacher "
      "--student mobilenet_v2_0.35 --recipe kd --epochs 30 --name small\n"
      "  dermdistill distill --resume runs/distill/small");
  app->callback([app, flags] {
    if (flags->teachers.empty() && flags->resume.empty() && flags->config_file.empty())
      throw UsageError("no teacher", "", "--teacher RUN or FILE");
    run_training(*flags, "runs/distill", command_line_of(*app));
  });
}

}  // namespace derm
