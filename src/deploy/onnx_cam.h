// Class activation maps inside the exported model: what each position of the last map adds to each
// class. Source: Zhou et al., "Learning deep features for discriminative localization", CVPR 2016.
#pragma once

#include <string>

#include "deploy/onnx_ops.h"

namespace derm {

// kExact: the mean of a class's map, plus the classifier's bias, is its logit (a pooled or
// flattened map and a linear classifier). kPositionwise, where the head bends after pooling
// (MobileNetV3, ConvNeXt): the head is run at each position, as if that were the pooled vector; the
// last bias is left out in both.
enum class CamKind { kExact, kPositionwise };

struct Cam {
  CamKind kind = CamKind::kExact;
  Shape shape;       // [K, h, w]
  std::string name;  // of the output
};

// Writes the map from the value of tap `features`. Throws Error where no path of single inputs
// leads from there to the logits, or something other than one linear layer follows a flattened map.
Cam write_cam(OnnxWriter& writer, const FrozenGraph& frozen, const OnnxValue& features,
              const std::string& output);

}  // namespace derm
