// Probabilities of a network over a loader, in eval mode, over the whole set.
#pragma once

#include <functional>

#include "data/loader.h"
#include "eval/metrics.h"
#include "net/graph_net.h"
#include "net/torch.h"

namespace derm {

// The batch's images without a copy, [N, 3, side, side] float32; the memory lives as long as the
// tensor does.
torch::Tensor images_of(const Batch& batch);
torch::Tensor int64_tensor(const std::vector<int64_t>& values);

struct Outputs {
  torch::Tensor logits;     // [N, K] float32 on the CPU
  torch::Tensor embedding;  // [N, D] the same; undefined where it was not asked for
  Scores scores;            // softmax in double
};

// The network is put into eval mode, and stays so. `progress` is called with the images of each
// batch.
Outputs predict(GraphNet& net, Loader& loader, const torch::Device& device,
                const std::function<void(int64_t)>& progress = {}, bool with_embedding = false);

}  // namespace derm
