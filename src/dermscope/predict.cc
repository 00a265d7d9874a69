// `dermscope predict`: probabilities of images.
#include <cstdio>

#include "base/error.h"
#include "base/interrupt.h"
#include "base/log.h"
#include "dermscope/command.h"
#include "dermscope/inputs.h"
#include "dermscope/prediction_text.h"
#include "image/encode.h"

namespace derm {
namespace {

struct PredictFlags {
  std::string bundle, format = "table", cam;
  std::vector<std::string> images;
  int64_t top = 3, threads = 1;
};

void write_overlay(const Predictor& predictor, const Image& fitted, const InputImage& image,
                   const Prediction& prediction, const fs::path& folder) {
  const std::string label = predictor.classes()[prediction.top];
  const fs::path path = folder / (fs::path(image.name).stem().string() + "_" + label + ".png");
  write_file_atomic(path, ByteView(encode_png(predictor.class_overlay(fitted, prediction.top))));
}

void print(const PredictFlags& flags, const Predictor& predictor, const InputImage& image,
           const Prediction& prediction) {
  const BundleMetadata& metadata = predictor.bundle().metadata;
  const auto top = static_cast<size_t>(flags.top);
  std::string text;
  if (flags.format == "json")
    text = prediction_json(image.name, prediction, metadata, top).dump() + "\n";
  else if (flags.format == "csv")
    text = csv_row(image.name, prediction);
  else
    text = prediction_line(image.name, prediction, metadata, top);
  std::fputs(text.c_str(), stdout);
  std::fflush(stdout);  // whoever waits at the other end of a pipe has it now
}

// A file that cannot be read is reported, and the others are still classified.
int predict_all(const PredictFlags& flags) {
  start_runtime();
  const Predictor predictor(read_bundle(flags.bundle), {flags.threads});
  const auto images = input_images(flags.images);
  if (!flags.cam.empty()) fs::create_directories(flags.cam);
  if (flags.format == "csv") std::fputs(csv_header(predictor.classes()).c_str(), stdout);
  size_t failed = 0;
  for (const auto& image : images) {
    if (interrupt_requested()) throw Interrupted("interrupted");
    try {
      const Image fitted = predictor.fitted(image.read(), image.name);
      const Prediction prediction = predictor.predict({fitted}).front();
      print(flags, predictor, image, prediction);
      if (!flags.cam.empty()) write_overlay(predictor, fitted, image, prediction, flags.cam);
    } catch (const Interrupted&) {
      throw;
    } catch (const Error& error) {
      ++failed;
      std::fprintf(stderr, "error: %s\n", error.what());
    }
  }
  return failed == 0 ? 0 : kExitFailure;
}

}  // namespace

void add_predict(CLI::App& parent, int& exit_code) {
  auto* app = parent.add_subcommand("predict", "classify images");
  auto flags = std::make_shared<PredictFlags>();
  app->add_option("bundle", flags->bundle, "bundle: a folder or a zip file")->required();
  app->add_option("images", flags->images, "files, folders, or - for one image on stdin")
      ->required();
  app->add_option("--format", flags->format, "table, json (a line for each image) or csv")
      ->check(CLI::IsMember({"table", "json", "csv"}))
      ->capture_default_str();
  app->add_option("-k,--top", flags->top, "classes to show, most probable first (not in csv)")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  app->add_option("--cam", flags->cam,
                  "folder for a PNG of each image under its class activation map");
  app->add_option("--threads", flags->threads, "of one image; 0: one per core")
      ->check(CLI::Range(0, 1024))
      ->capture_default_str();
  app->footer("Example:\n  dermscope predict student.bundle lesion.jpg --cam overlays");
  app->callback([flags, &exit_code] { exit_code = predict_all(*flags); });
}

}  // namespace derm
