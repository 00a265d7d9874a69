#include "cli/explain_scores.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/interrupt.h"
#include "data/lesion_mask.h"
#include "eval/table.h"

namespace derm {
namespace {

constexpr Bootstrap kExplainBootstrap;

SaliencyCase case_of(const HeatMap& map, const LesionMask& mask) {
  return {mask.width, mask.height, {map.values.begin(), map.values.end()}, mask.inside};
}

// A transformed copy shows its image from elsewhere: no mask fits it.
std::optional<fs::path> mask_file(const ManifestRow& row, const fs::path& masks) {
  return row.copy == 0 ? find_mask(masks, row.image_id) : std::nullopt;
}

std::optional<LesionMask> mask_of(const Manifest& manifest, const ManifestRow& row,
                                  const Preprocess& contract, const fs::path& masks) {
  const auto path = mask_file(row, masks);
  if (!path) return std::nullopt;
  const fs::path image = manifest.root / row.path;
  return read_mask(*path, decode_size(read_file(image), image.string()), contract);
}

std::string range_text(const MeanInterval& interval) {
  return fmt::format("{} to {}", format_score(interval.low), format_score(interval.high));
}

std::vector<std::string> table_row(const std::string& title, const MaskScores& scores,
                                   const MeanInterval& energy, const MeanInterval& pointing) {
  return {title,
          format_count(scores.summary.images),
          format_count(scores.summary.groups),
          format_score(energy.mean),
          range_text(energy),
          format_score(pointing.mean),
          range_text(pointing)};
}

}  // namespace

void check_masks(const ExplainedImages& images, const fs::path& masks) {
  const auto& rows = images.manifest.rows;
  const bool any = std::any_of(rows.begin(), rows.end(), [&](const ManifestRow& row) {
    return mask_file(row, masks).has_value();
  });
  if (!any)
    throw Error("no image has a mask", masks.string(),
                "IMAGE_segmentation.png, IMAGE_mask.png or IMAGE.png",
                fmt::format("{} images without one", rows.size()));
}

MaskScores score_masks(const ExplainedImages& images, const Preprocess& contract,
                       const MapSource& maps, const fs::path& masks, double tolerance_px) {
  MaskScores out;
  const auto& rows = images.manifest.rows;
  for (size_t i = 0; i < rows.size(); ++i) {
    if (interrupt_requested()) throw Interrupted("interrupted");
    const auto mask = mask_of(images.manifest, rows[i], contract, masks);
    if (!mask) ++out.without_mask;
    if (mask && mask->empty()) ++out.without_lesion;
    if (!mask || mask->empty()) continue;
    out.rows.push_back(i);
    out.images.push_back(localise(case_of(maps(i), *mask), tolerance_px));
    out.lesions.push_back(rows[i].lesion_id);
  }
  if (out.rows.empty())
    throw Error("no mask has a lesion", masks.string(), "grey above 127 where the lesion is",
                fmt::format("{} masks without", out.without_lesion));
  out.summary = summarise(out.images, out.lesions, kExplainBootstrap);
  return out;
}

MeanInterval paired_difference(const MaskScores& one, const MaskScores& other,
                               double Localisation::*value) {
  std::vector<double> differences;
  std::vector<std::string> lesions;
  for (size_t i = 0, k = 0; i < one.rows.size(); ++i) {
    while (k < other.rows.size() && other.rows[k] < one.rows[i]) ++k;
    if (k == other.rows.size() || other.rows[k] != one.rows[i]) continue;
    differences.push_back(other.images[k].*value - one.images[i].*value);
    lesions.push_back(one.lesions[i]);
  }
  return bootstrap_mean(differences, lesions, kExplainBootstrap);
}

Json to_json(const MeanInterval& interval) {
  return {{"mean", interval.mean}, {"low", interval.low}, {"high", interval.high}};
}

Json to_json(const MaskScores& scores, double tolerance_px) {
  const auto& summary = scores.summary;
  return {{"images", summary.images},
          {"lesions", summary.groups},
          {"without_mask", scores.without_mask},
          {"without_lesion", scores.without_lesion},
          {"silent", summary.silent},
          {"tolerance_px", tolerance_px},
          {"confidence", kExplainBootstrap.confidence},
          {"replicates", kExplainBootstrap.replicates},
          {"seed", kExplainBootstrap.seed},
          {"energy", to_json(summary.energy)},
          {"pointing", to_json(summary.pointing)},
          {"area", to_json(summary.area)},
          {"centre", to_json(summary.centre)}};
}

std::string scores_table(const std::vector<TitledScores>& networks, bool compared) {
  TextTable table(
      {"network", "images", "lesions", "energy", "95 % interval", "pointing", "95 % interval"});
  for (const auto& [title, scores] : networks)
    table.add(table_row(title, *scores, scores->summary.energy, scores->summary.pointing));
  const MaskScores& last = *networks.back().scores;
  if (compared) {
    const MaskScores& before = *networks[networks.size() - 2].scores;
    table.add(table_row("after - before", last,
                        paired_difference(before, last, &Localisation::energy),
                        paired_difference(before, last, &Localisation::pointing)));
  }
  table.add(table_row("(constant map)", last, last.summary.area, last.summary.area));
  table.add(table_row("(image centre)", last, {NAN, NAN, NAN}, last.summary.centre));
  return table.str();
}

}  // namespace derm
