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

// libtorch for speed on the CPU: threads of its arithmetic, 0: one per core (left alone, it may
// start with one thread only), and tensor memory that is kept from step to step.
void prepare_cpu(int64_t threads);

struct Outputs {
  torch::Tensor logits;  // [N, K] float32 on the CPU
  Scores scores;         // softmax in double
};

// The network is put into eval mode, and stays so. `progress` is called with the images of each
// batch.
Outputs predict(GraphNet& net, Loader& loader, const torch::Device& device,
                const std::function<void(int64_t)>& progress = {});

}  // namespace derm
