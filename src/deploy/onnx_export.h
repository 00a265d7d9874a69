// A frozen graph as an ONNX model.
//
// Input `image` [N, 3, side, side] float32, normalised as the preprocessing contract says. Outputs,
// all float32: `logits` [N, K]; `probabilities` [N, K], softmax of logits / temperature; `cam`
// [N, K, h, w] (onnx_cam.h); and taps by their names.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "deploy/onnx_cam.h"

namespace derm {

struct OnnxOptions {
  bool half = false;       // weights and arithmetic in 16 bits
  double temperature = 1;  // of the probabilities; above 0
  bool probabilities = true;
  bool cam = true;
  std::vector<std::string> taps;  // more outputs: embedding, features, stage1 ...
  std::vector<std::pair<std::string, std::string>> metadata;
};

struct OnnxModel {
  onnx::ModelProto proto;
  std::optional<CamKind> cam;  // nothing where there is no map
};

// The taps that freeze() must keep for these options.
std::set<std::string> wanted_taps(const OnnxOptions& options);

// Throws Error as write_op() and write_cam() do.
OnnxModel to_onnx(const FrozenGraph& frozen, const OnnxOptions& options);

// ONNX's own checker and strict shape inference. Throws Error with what they say.
void check_onnx(const onnx::ModelProto& model, const std::string& name);

std::string onnx_bytes(const onnx::ModelProto& model);

}  // namespace derm
