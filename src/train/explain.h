// Grad-CAM of a network over many images: one heat map and one decision for each.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "data/loader.h"
#include "image/heat_map.h"
#include "image/preprocess.h"
#include "net/graph_net.h"
#include "net/torch.h"

namespace derm {

struct Explanation {
  HeatMap cam;            // of the tap's size, 0 or more, not scaled
  int64_t explained = 0;  // the class that the map is of
  int64_t predicted = 0;
  std::vector<double> probabilities;  // [K], softmax of the logits in double
};

struct ExplainOptions {
  std::string tap = "features";
  std::vector<int64_t> classes;  // the class to explain of each image; empty: the predicted ones
  int64_t batch_size = 16;
};

// `source(i)` gives image i of `count`, fitted by the contract. The network is put into eval mode,
// and stays so; its results do not depend on the batch size beyond rounding. `progress` is called
// with the images of each batch. Throws Interrupted when it was asked for, and Error as grad_cam
// does or where there is no image.
std::vector<Explanation> explain(GraphNet& net, const Preprocess& contract,
                                 const ImageSource& source, int64_t count,
                                 const torch::Device& device, const ExplainOptions& options,
                                 const std::function<void(int64_t)>& progress = {});

}  // namespace derm
