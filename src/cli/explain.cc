// `dermdistill explain`: Grad-CAM of one network, or of teacher and student side by side.
#include <cstdio>

#include "base/log.h"
#include "cli/command.h"
#include "cli/explained.h"

namespace derm {
namespace {

std::string explained_scores(const Explained& explained) {
  std::vector<TitledScores> titled;
  for (const auto& network : explained.networks)
    titled.push_back({network.title, &*network.scores});
  return scores_table(titled, explained.compared());
}

fs::path explain_folder(const ExplainFlags& flags) {
  if (!flags.out.empty()) return flags.out;
  return fs::is_directory(flags.model) ? fs::path(flags.model) / "explain" : fs::path("explain");
}

std::vector<size_t> rows_to_draw(const Explained& explained) {
  constexpr size_t kPictures = 8;
  const int64_t asked = explained.flags.pictures;
  const size_t count = asked >= 0                       ? static_cast<size_t>(asked)
                       : explained.flags.images.empty() ? kPictures
                                                        : explained.flags.images.size();
  return pictured_rows(explained.images.manifest, count);
}

void write_numbers(const Json& report, const std::string& split, const fs::path& folder) {
  for (const Json& network : report.at("networks")) {
    const auto own = folder / network.at("network").get<std::string>();
    fs::create_directories(own);
    write_json(own / fmt::format("localisation_{}.json", split), network);
  }
}

void run_explain(const ExplainFlags& flags) {
  const Explained explained = explain_networks(flags);
  const auto folder = explain_folder(flags);
  const auto rows = rows_to_draw(explained);
  fs::create_directories(folder);
  if (!rows.empty()) draw_pictures(explained, rows, folder);
  const Json report = explain_report(explained);
  const bool scored = !flags.masks.empty();
  if (scored) write_numbers(report, explained.images.name, folder);
  log_info("written: {}", folder.string());
  const auto text = flags.json ? report.dump(2) + "\n"
                    : scored   ? explained_scores(explained)
                               : decisions_table(explained, rows);
  std::fputs(text.c_str(), stdout);
}

void add_explain_choices(CLI::App& app, ExplainFlags& flags) {
  auto* split_option =
      app.add_option("--split", flags.split, "train, val or test")->capture_default_str();
  auto* limit = app.add_option("--limit", flags.limit, "as many images, spread evenly; 0: all")
                    ->check(CLI::Range(0, INT32_MAX));
  app.add_option("--images", flags.images, "files to explain in place of a split")
      ->excludes(split_option)
      ->excludes(limit)
      ->type_name("FILE");
  app.add_option("--data", flags.data, "another manifest than the run's own");
  app.add_option("--class", flags.class_name, "class to explain: a name, predicted, or label")
      ->capture_default_str();
  app.add_option("--tap", flags.tap, "map that is weighted: features, stage4, stage3, ...")
      ->capture_default_str();
}

void add_explain_placement(CLI::App& app, ExplainFlags& flags) {
  app.add_option("--placement", flags.placement,
                 "where a map's values lie: on tiles of the image, as usual, or at the centres of "
                 "their receptive fields")
      ->check(CLI::IsMember({"tiles", "fields"}))
      ->capture_default_str();
}

void add_explain_outputs(CLI::App& app, ExplainFlags& flags) {
  app.add_option("--out", flags.out, "folder for pictures and numbers; default: RUN/explain");
  app.add_option("--pictures", flags.pictures,
                 "images to draw, one of each class first; default: 8 of a split, all files")
      ->check(CLI::Range(0, 1000));
  app.add_option("--masks", flags.masks,
                 "folder of lesion masks (IMAGE_segmentation.png): how much of each map is inside");
  app.add_option("--tolerance", flags.tolerance_px,
                 "pointing game: distance from the lesion that counts, pixels of the input")
      ->check(CLI::Range(0.0, 2048.0));
  app.add_flag("--json", flags.json, "print everything as JSON");
}

}  // namespace

void add_explain(CLI::App& parent, int&) {
  auto* app = parent.add_subcommand("explain", "show where networks look: Grad-CAM");
  auto flags = std::make_shared<ExplainFlags>();
  app->add_option("model", flags->model, "run directory or weight file")->required();
  app->add_option("--teacher", flags->teacher, "its teacher: shown and measured beside it");
  app->add_option("--before", flags->before,
                  "the student trained without a teacher: beside it too, with the difference");
  add_explain_choices(*app, *flags);
  add_explain_placement(*app, *flags);
  add_explain_outputs(*app, *flags);
  app->add_option("--arch", flags->arch, "network, where the weight file does not say");
  app->add_option("-b,--batch-size", flags->batch_size, "images per step")
      ->check(CLI::Range(1, 65536))
      ->capture_default_str();
  app->add_option("--threads", flags->threads, "threads of the arithmetic; 0: all cores")
      ->check(CLI::Range(0, 1024))
      ->capture_default_str();
  app->add_option("--device", flags->device, "auto, cpu, cuda or cuda:N")->capture_default_str();
  app->footer(
      "Examples:\n  dermdistill explain runs/distill/kd --teacher runs/train/teacher "
      "--before runs/train/student\n  dermdistill explain runs/distill/kd --images a.jpg b.jpg "
      "--class MEL\n  dermdistill explain runs/distill/kd --split test --masks HAM10000_masks");
  app->callback([flags] { run_explain(*flags); });
}

}  // namespace derm
