// A bundle of the tiny network with random weights, and drawn images for it, without torch.
#pragma once

#include <fmt/format.h>

#include <memory>
#include <set>
#include <string>

#include "base/rng.h"
#include "data/generate.h"
#include "deploy/export_bundle.h"
#include "image/encode.h"
#include "runtime/session.h"
#include "support/temp_folder.h"
#include "support/tiny_graph.h"

namespace derm::testing {

inline constexpr int64_t kTinyClasses = 8, kTinySide = 32;

inline Arrays random_arrays(const Graph& graph) {
  Arrays out;
  Rng rng({11, Purpose::kTest});
  for (const Op& op : graph.ops)
    for (const WeightSpec& spec : op_weights(graph, op)) {
      Array array{spec.shape, {}};
      const double centre = spec.learned && spec.name == "weight" && spec.shape.size() > 1 ? 0 : 1;
      for (int64_t i = 0; i < array.elements(); ++i)
        array.values.push_back(static_cast<float>(centre + rng.normal() * 0.1));
      out[weight_name(op, spec.name)] = std::move(array);
    }
  return out;
}

// A network whose logits are `offset` away from those of its own export.
inline TrainedNetwork tiny_network(double offset = 0, int64_t side = kTinySide) {
  TrainedNetwork out;
  out.graph = tiny_graph(kTinyClasses, side, 0.2);
  out.weights = random_arrays(out.graph);
  out.contract.side_px = side;
  out.classes = generated_classes();
  out.recipe = "baseline";
  out.protocol = "lesion";
  out.licence = "drawn by the program";
  OnnxOptions plain;
  plain.probabilities = plain.cam = false;
  const auto model = std::make_shared<std::string>(
      onnx_bytes(to_onnx(freeze(out.graph, out.weights, {"logits"}), plain).proto));
  const auto session = std::make_shared<Session>(ByteView(*model), "reference");
  const Preprocess contract = out.contract;
  out.run = [=](const std::vector<Image>& images, const std::set<std::string>&) {
    const auto pixels = static_cast<size_t>(3 * side * side);
    std::vector<float> input(images.size() * pixels);
    for (size_t i = 0; i < images.size(); ++i)
      normalise(images[i], contract, Layout::kPlanes, &input[i * pixels]);
    Array logits =
        session->run(input.data(), static_cast<int64_t>(images.size()), {"logits"}).front();
    for (float& value : logits.values) value += static_cast<float>(offset);
    return std::map<std::string, Array>{{"logits", logits}};
  };
  return out;
}

// A JPEG of lesion `i`.
inline Bytes drawn_jpeg(int64_t i, int width = 80, int height = 60) {
  Shot shot;
  shot.width = width;
  shot.height = height;
  return encode_jpeg(render(make_lesion(1, static_cast<uint64_t>(i), i % kTinyClasses), shot), 90);
}

// Two drawn images of each class.
inline LabelledFiles drawn_images(const TempFolder& folder) {
  LabelledFiles out{"val", {}, {}, {}};
  for (int64_t i = 0; i < 2 * kTinyClasses; ++i) {
    const fs::path file = folder.path() / fmt::format("{}.jpg", i);
    write_file_atomic(file, ByteView(drawn_jpeg(i)));
    out.files.push_back(file);
    out.labels.push_back(i % kTinyClasses);
    out.groups.push_back(fmt::format("lesion {}", i));
  }
  return out;
}

}  // namespace derm::testing
