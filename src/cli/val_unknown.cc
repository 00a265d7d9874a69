#include "cli/val_unknown.h"

#include <set>

#include "base/error.h"
#include "base/log.h"
#include "cli/val_evidence.h"
#include "eval/logit_scores.h"
#include "eval/mahalanobis.h"

namespace derm {
namespace {

void add_marks(const Manifest& manifest, std::set<std::string>& to) {
  for (const auto& row : manifest.rows) {
    to.insert("image " + row.image_id);
    if (!row.sha256.empty()) to.insert("file " + row.sha256);
  }
}

void check_overlap(const Manifest& unknown, const std::set<std::string>& seen,
                   const std::string& file) {
  int64_t by_bytes = 0, by_id = 0;
  std::string first;
  for (const int64_t i : unknown.indices(Split::kTest)) {
    const auto& row = unknown.rows[static_cast<size_t>(i)];
    const bool same_file = seen.count("file " + row.sha256) != 0;
    if (!same_file && seen.count("image " + row.image_id) == 0) continue;
    ++(same_file ? by_bytes : by_id);
    if (first.empty()) first = row.image_id;
  }
  if (by_bytes + by_id == 0) return;
  throw Error("images of the unknown set are known ones", file,
              "images that the network's manifest does not have",
              fmt::format("{} shared ({} by their bytes, {} by image id alone), the first: {}",
                          by_bytes + by_id, by_bytes, by_id, first));
}

// A weight file alone says what it was trained on by its manifest's hash.
std::optional<ImageSet> training_images(const Model& model, const ImageSet& source,
                                        const std::string& cache_dir) {
  const auto hash = model.metadata.find("manifest_hash");
  if (hash != model.metadata.end() && hash->second == source.manifest.hash()) return source;
  if (model.run) return images_of_run(*model.run, cache_dir);
  log_info("the training images of {} are not known: mahalanobis is left out", model.file.string());
  return std::nullopt;
}

// Marks what is measured: labels and splits of the unknown set mean nothing to the network.
void choose_rows(const UnknownFlags& flags, Manifest& manifest) {
  const bool all = flags.split == "all";
  for (auto& row : manifest.rows)
    row.split = all || flags.split == split_name(row.split) ? Split::kTest : Split::kTrain;
  if (manifest.indices(Split::kTest).empty())
    throw Error("the unknown set has no image", flags.manifest,
                "--unknown-split all, or a split that has some", flags.split);
}

std::vector<double> logits_of(const Outputs& outputs) {
  const auto logits = outputs.logits.to(torch::kDouble).contiguous();
  return {logits.data_ptr<double>(), logits.data_ptr<double>() + logits.numel()};
}

Embeddings embeddings_of(const Outputs& outputs) {
  const auto values = outputs.embedding.contiguous();
  return {values.size(1), {values.data_ptr<float>(), values.data_ptr<float>() + values.numel()}};
}

// One more pass over the training images.
UsualScores mahalanobis_scores(Model& model, const NetworkFlags& flags, const ImageSet& training,
                               const Outputs& known, const Outputs& other) {
  const auto trained = run_network(model, flags, training, Split::kTrain, "embed train", true);
  const ClassGaussians gaussians(embeddings_of(trained), trained.scores.labels);
  return {"mahalanobis", gaussians.scores(embeddings_of(known)),
          gaussians.scores(embeddings_of(other))};
}

}  // namespace

void add_unknown_options(CLI::App& app, UnknownFlags& flags) {
  auto* manifest = app.add_option(
      "--unknown", flags.manifest,
      "manifest of images of another kind: how well they are told from the measured ones");
  app.add_option("--unknown-split", flags.split, "which of them: all, train, val or test")
      ->check(CLI::IsMember({"all", "train", "val", "test"}))
      ->needs(manifest)
      ->capture_default_str();
}

UnknownSet read_unknown(const UnknownFlags& flags, const std::string& cache_dir, const Model& model,
                        const ImageSet& source, const std::string& group) {
  UnknownSet out{images_of_manifest(flags.manifest, cache_dir), {}, {}, {}};
  Manifest& manifest = out.images.manifest;
  const std::string hash = manifest.hash();
  choose_rows(flags, manifest);
  out.training = training_images(model, source, cache_dir);
  std::set<std::string> seen;
  add_marks(source.manifest, seen);
  if (out.training) add_marks(out.training->manifest, seen);
  check_overlap(manifest, seen, flags.manifest);
  for (const int64_t i : manifest.indices(Split::kTest))
    out.groups.push_back(group_name(manifest.rows[static_cast<size_t>(i)], group));
  out.description = {{"manifest", flags.manifest},
                     {"manifest_hash", hash},
                     {"split", flags.split},
                     {"images", out.groups.size()},
                     {"groups", RowGroups(out.groups).size()}};
  return out;
}

std::vector<UnknownDetection> detect_unknown(Model& model, const NetworkFlags& flags,
                                             const UnknownSet& unknown, const Outputs& known,
                                             const std::vector<std::string>& known_groups,
                                             const Bootstrap& options) {
  const auto other = run_network(model, flags, unknown.images, Split::kTest, "val unknown", true);
  const auto known_logits = logits_of(known), other_logits = logits_of(other);
  const int64_t classes = known.logits.size(1);
  std::vector<UsualScores> scores{
      {"energy", energy_scores(known_logits, classes), energy_scores(other_logits, classes)},
      {"max_softmax", max_softmax_scores(known_logits, classes),
       max_softmax_scores(other_logits, classes)}};
  if (unknown.training)
    scores.push_back(mahalanobis_scores(model, flags, *unknown.training, known, other));
  std::vector<UnknownDetection> out;
  for (const auto& score : scores)
    out.push_back(unknown_detection(score, known_groups, unknown.groups, options));
  return out;
}

void add_unknown(const UnknownSet& unknown, const std::vector<UnknownDetection>& detections,
                 Json& to) {
  to["unknown_set"] = unknown.description;
  to["out_of_distribution"] = Json::array();
  for (const auto& found : detections) to["out_of_distribution"].push_back(to_json(found));
}

}  // namespace derm
