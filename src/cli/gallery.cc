#include "cli/gallery.h"

#include <algorithm>
#include <map>

#include "base/base64.h"
#include "cli/explained.h"
#include "image/encode.h"
#include "image/resize.h"
#include "net/cpu.h"
#include "train/run_directory.h"
#include "train/trainer.h"

namespace derm {
namespace {

std::string as_data_url(const Image& image) {
  constexpr int kSidePx = 192, kQuality = 82;
  const Image small =
      image.width > kSidePx ? resize(image, kSidePx, kSidePx, Filter::kBilinear) : image;
  return "data:image/jpeg;base64," + base64(encode_jpeg(small, kQuality));
}

// The images of these items, in their order; those that the manifest does not list are left out.
ExplainedImages images_of_items(const Manifest& manifest, const std::vector<GalleryItem>& items) {
  std::map<std::string, const ManifestRow*> known;
  for (const auto& row : manifest.rows)
    if (row.copy == 0) known[row.image_id] = &row;
  ExplainedImages out{"errors", manifest};
  out.manifest.rows.clear();
  for (const auto& item : items)
    if (const auto it = known.find(item.image_id); it != known.end())
      out.manifest.rows.push_back(*it->second);
  return out;
}

// Why no picture can be made; empty: all is there.
std::string gallery_gap(const ReportedRun& run, const ExplainedImages& images, size_t wanted) {
  if (images.manifest.rows.size() < wanted) return "its manifest does not list the images";
  if (!fs::exists(RunDirectory{run.folder}.best())) return "there are no weights";
  const auto missing =
      std::find_if(images.manifest.rows.begin(), images.manifest.rows.end(),
                   [&](const auto& row) { return !fs::exists(images.manifest.root / row.path); });
  if (missing == images.manifest.rows.end()) return "";
  return fmt::format("the images are not at {}", images.manifest.root.string());
}

void add_pictures(const ReportedRun& run, const ExplainedImages& images,
                  std::vector<GalleryItem>& items) {
  prepare_cpu(0);
  Model model = load_model(run.folder, "", static_cast<int64_t>(run.classes.size()), 0);
  const auto device = device_named("auto");
  model.net->to(device);
  const auto source = fitted_source(images, model.contract);
  const auto found =
      explain(model.net, model.contract, source, static_cast<int64_t>(items.size()), device, {});
  for (size_t i = 0; i < items.size(); ++i) {
    const Image seen = source(static_cast<int64_t>(i));
    items[i].picture = as_data_url(seen);
    items[i].overlay = as_data_url(overlay(seen, full_size(min_max(found[i].cam), model, {})));
  }
}

void add_run(const ReportedRun& run, size_t count, Gallery& gallery) {
  std::vector<GalleryItem> items;
  for (const size_t row : worst_errors(*run.predictions, run.melanoma(), count))
    items.push_back(gallery_item(run, row));
  if (items.empty()) {
    gallery.gaps.push_back(run.name + ": no error among its predictions");
    return;
  }
  if (!run.manifest) {
    gallery.gaps.push_back(run.name + ": no pictures, for there is no manifest of these images");
    return;
  }
  const auto images = images_of_items(read_manifest(RunDirectory{run.folder}.manifest()), items);
  if (const auto gap = gallery_gap(run, images, items.size()); !gap.empty()) {
    gallery.gaps.push_back(fmt::format("{}: no pictures, for {}", run.name, gap));
    return;
  }
  add_pictures(run, images, items);
  gallery.items.insert(gallery.items.end(), items.begin(), items.end());
}

}  // namespace

Gallery error_gallery(const std::vector<ReportedRun>& runs, size_t count) {
  Gallery gallery;
  for (const auto& run : runs)
    if (run.predictions && count > 0) add_run(run, count, gallery);
  return gallery;
}

}  // namespace derm
