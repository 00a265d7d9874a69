// Draws a planned data set and writes it in ISIC 2019's layout.
#include <mutex>

#include "base/csv.h"
#include "base/error.h"
#include "base/interrupt.h"
#include "base/parallel.h"
#include "data/generate.h"
#include "data/generate_scene.h"
#include "image/encode.h"

namespace derm {
namespace {

constexpr const char* kInput = "ISIC_2019_Training_Input";
constexpr const char* kTruth = "ISIC_2019_Training_GroundTruth.csv";
constexpr const char* kMetadata = "ISIC_2019_Training_Metadata.csv";

void prepare_folder(const fs::path& out, const GenerateOptions& options) {
  std::error_code problem;
  if (fs::exists(out, problem) && !fs::is_directory(out, problem))
    throw Error("not a folder", out.string(), "a folder to write the images into");
  if (!options.exist_ok && fs::is_directory(out, problem) && !fs::is_empty(out, problem))
    throw Error("the folder is not empty", out.string(), "an empty or new folder, or --exist-ok");
  fs::create_directories(out / kInput, problem);
  if (problem)
    throw Error("cannot make the folder", (out / kInput).string(), "", problem.message());
  // A run that dies half-way must not leave the tables of an earlier one beside its images.
  fs::remove(out / kTruth, problem);
  fs::remove(out / kMetadata, problem);
}

void draw_image(const fs::path& out, const GenerateOptions& options, uint64_t number,
                const GeneratedImage& planned) {
  const auto seed = static_cast<uint64_t>(options.seed);
  const LesionSpec lesion = make_lesion(seed, planned.lesion, planned.drawn_label);
  Shot shot;
  shot.number = number;
  shot.height = static_cast<int>(options.imgsz);
  shot.width = static_cast<int>((4 * options.imgsz + 1) / 3);
  Rng rng = drawing::shot_stream(lesion, shot, drawing::kEncode);
  const auto quality = static_cast<int>(rng.between(55, 96));
  write_file_atomic(out / kInput / (planned.image_id + ".jpg"),
                    ByteView(encode_jpeg(render(lesion, shot), quality)));
}

std::string truth_table(const std::vector<GeneratedImage>& images) {
  std::vector<std::string> header{"image"};
  for (const auto& name : generated_classes()) header.push_back(name);
  header.push_back("UNK");
  std::string text = csv_line(header);
  for (const auto& image : images) {
    std::vector<std::string> row(header.size(), "0.0");
    row.front() = image.image_id;
    row[static_cast<size_t>(image.label) + 1] = "1.0";
    text += csv_line(row);
  }
  return text;
}

std::string metadata_table(const std::vector<GeneratedImage>& images) {
  std::string text = csv_line({"image", "age_approx", "anatom_site_general", "lesion_id", "sex"});
  for (const auto& image : images)
    text += csv_line({image.image_id, image.age < 0 ? "" : std::to_string(image.age), image.site,
                      image.lesion_id, image.sex});
  return text;
}

}  // namespace

void generate_dataset(const fs::path& out, const GenerateOptions& options,
                      const std::function<void(uint64_t)>& drawn) {
  prepare_folder(out, options);
  const auto images = plan_dataset(options);
  std::mutex mutex;
  parallel_for(images.size(), static_cast<size_t>(options.threads), [&](size_t i) {
    if (interrupt_requested()) throw Interrupted("interrupted while drawing", out.string());
    draw_image(out, options, i, images[i]);
    if (!drawn) return;
    const std::lock_guard<std::mutex> lock(mutex);
    drawn(1);
  });
  write_file_atomic(out / kMetadata, metadata_table(images));
  write_file_atomic(out / kTruth, truth_table(images));
}

}  // namespace derm
