// What `explain` was asked for and what it found: made by explain_networks, then drawn
// (explain_pictures) and reported (explain_report).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/explain_images.h"
#include "cli/explain_scores.h"
#include "train/explain.h"
#include "train/model_file.h"

namespace derm {

struct ExplainFlags {
  std::string model, teacher, before, split = "test", data, masks, out, arch, device = "auto";
  std::string class_name = "predicted", tap = "features", placement = "tiles";
  std::vector<std::string> images;
  int64_t limit = 0, pictures = -1, batch_size = 16, threads = 0;
  double tolerance_px = 0;
  bool json = false;
};

// One network of the command line. `role` names its folder: teacher, before or network.
struct ExplainedNetwork {
  std::string role, title;
  Model model;
  std::vector<Explanation> found;  // one for each image
  std::optional<MaskScores> scores;
};

struct Explained {
  ExplainFlags flags;
  std::vector<std::string> classes;
  ExplainedImages images;
  std::vector<ExplainedNetwork> networks;  // teacher, student before, and the network itself

  bool compared() const { return !flags.before.empty(); }
};

// Throws Error before anything is computed for networks of other classes, an unknown class or tap,
// an image without label where labels are explained, and where there is no mask at all.
Explained explain_networks(const ExplainFlags& flags);

// Overlays as FOLDER/ROLE/IMAGE.png, and FOLDER/contact_sheet.png with a row for each image.
void draw_pictures(const Explained& explained, const std::vector<size_t>& rows,
                   const fs::path& folder);

// {"networks": [...], "after_minus_before": {...}}
Json explain_report(const Explained& explained);
// Decisions on these images, for a terminal.
std::string decisions_table(const Explained& explained, const std::vector<size_t>& rows);

// The image that a network sees, fitted by its contract.
ImageSource fitted_source(const ExplainedImages& images, const Preprocess& contract);
// A heat map over the whole input, where the flags place it.
HeatMap full_size(const HeatMap& map, const Model& model, const ExplainFlags& flags);
std::string label_name(const Explained& explained, const ManifestRow& row);  // "-": unknown
double probability_of(const Explanation& found, int64_t class_index);

}  // namespace derm
