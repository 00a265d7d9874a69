#include "cli/explained.h"
#include "eval/table.h"

namespace derm {
namespace {

const std::string& class_name(const Explained& explained, int64_t index) {
  return explained.classes[static_cast<size_t>(index)];
}

Json image_json(const Explained& explained, const ExplainedNetwork& network, size_t i) {
  const auto& row = explained.images.manifest.rows[i];
  const Explanation& found = network.found[i];
  return {{"image_id", row.image_id},
          {"lesion_id", row.lesion_id},
          {"label", row.label == kNoLabel ? Json() : Json(label_name(explained, row))},
          {"predicted", class_name(explained, found.predicted)},
          {"probability", probability_of(found, found.predicted)},
          {"explained", class_name(explained, found.explained)},
          {"explained_probability", probability_of(found, found.explained)}};
}

Json images_json(const Explained& explained, const ExplainedNetwork& network) {
  Json out = Json::array();
  for (size_t i = 0; i < network.found.size(); ++i)
    out.push_back(image_json(explained, network, i));
  if (!network.scores) return out;
  for (size_t k = 0; k < network.scores->rows.size(); ++k) {
    const Localisation& score = network.scores->images[k];
    out[network.scores->rows[k]].update({{"energy", score.energy},
                                         {"pointing", score.pointing},
                                         {"area", score.area},
                                         {"centre", score.centre},
                                         {"silent", score.silent}});
  }
  return out;
}

Json network_json(const Explained& explained, const ExplainedNetwork& network) {
  const auto trained = network.model.metadata.find("protocol");
  Json out = {{"network", network.role},
              {"model", network.model.file.string()},
              {"arch", network.model.net->graph().arch},
              {"split", explained.images.name},
              {"protocol", explained.images.manifest.protocol},
              {"trained_protocol", trained == network.model.metadata.end() ? "" : trained->second},
              {"preprocess", network.model.contract.text()},
              {"method", "grad_cam"},
              {"tap", explained.flags.tap},
              {"placement", explained.flags.placement},
              {"class", explained.flags.class_name}};
  if (network.scores) out["localisation"] = to_json(*network.scores, explained.flags.tolerance_px);
  out["images"] = images_json(explained, network);
  return out;
}

}  // namespace

std::string label_name(const Explained& explained, const ManifestRow& row) {
  return row.label == kNoLabel ? "-" : class_name(explained, row.label);
}

double probability_of(const Explanation& found, int64_t class_index) {
  return found.probabilities[static_cast<size_t>(class_index)];
}

Json explain_report(const Explained& explained) {
  const auto& networks = explained.networks;
  Json out = {{"networks", Json::array()}};
  for (const auto& network : networks) out["networks"].push_back(network_json(explained, network));
  if (!explained.compared() || explained.flags.masks.empty()) return out;
  const auto& before = *networks[networks.size() - 2].scores;
  const auto& after = *networks.back().scores;
  out["after_minus_before"] = {
      {"energy", to_json(paired_difference(before, after, &Localisation::energy))},
      {"pointing", to_json(paired_difference(before, after, &Localisation::pointing))}};
  return out;
}

std::string decisions_table(const Explained& explained, const std::vector<size_t>& rows) {
  TextTable table({"image", "true", "network", "predicted", "probability", "map of"});
  for (const size_t i : rows)
    for (const auto& network : explained.networks) {
      const auto& row = explained.images.manifest.rows[i];
      const Explanation& found = network.found[i];
      table.add({row.image_id, label_name(explained, row), network.title,
                 class_name(explained, found.predicted),
                 format_score(probability_of(found, found.predicted)),
                 class_name(explained, found.explained)});
    }
  return table.str();
}

}  // namespace derm
