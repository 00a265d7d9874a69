// Grad-CAM: where in an image a network sees its evidence for a class.
//
// Selvaraju et al., "Grad-CAM: Visual Explanations from Deep Networks via Gradient-based
// Localization", ICCV 2017. With A the map [C, H, W] at a tap and s the class's logit:
//
//   alpha_k = mean over h, w of ds/dA_khw        cam = ReLU(sum over k of alpha_k A_k)  [H, W]
//
// Where the tap is pooled and classified by one linear layer, alpha_k is its weight / (H * W), and
// cam is the class activation map of Zhou et al. (CVPR 2016) up to that factor.
#pragma once

#include <string>

#include "net/graph_net.h"
#include "net/torch.h"

namespace derm {

struct GradCam {
  torch::Tensor cam;      // [N, H, W], 0 or more, not scaled
  torch::Tensor logits;   // [N, K]
  torch::Tensor classes;  // [N] int64, the class that each map explains
};

// Throws Error naming the taps there are where the graph has no map of that name (`embedding` and
// `logits` are vectors).
void check_map_tap(const Graph& graph, const std::string& tap);

// images [N, 3, side, side]; `classes` [N] int64, or undefined: each image's predicted class (the
// first one on ties). The network is put into eval mode, and stays so. Works inside a NoGradGuard
// and on frozen networks; no parameter's gradient changes, and the images stay as they are. Each
// map depends on its own image alone. Throws Error for a tap without a map, classes that are out
// of range or not one for each image.
GradCam grad_cam(GraphNet& net, const torch::Tensor& images, const std::string& tap = "features",
                 const torch::Tensor& classes = {});

// The parts of it, for activations and gradients [N, C, H, W]: alpha [N, C], and the sum before
// the ReLU [N, H, W].
torch::Tensor grad_cam_alpha(const torch::Tensor& gradients);
torch::Tensor grad_cam_sum(const torch::Tensor& activations, const torch::Tensor& gradients);

}  // namespace derm
