// Images a second of a whole training step: forward, cross entropy, backward, SGD with momentum.
// Peer: bench/peers/training_step_peer.py.
//
//   training_step_bench [--quick]
//
// Each figure is from the median step, after warm-up steps, on all cores. `best` is the faster of
// the two memory formats.
#include <fmt/format.h>
#include <torch/optim/sgd.h>

#include <algorithm>
#include <chrono>

#include "bench/quick_bench.h"
#include "net/cpu.h"
#include "net/graph_net.h"
#include "zoo/zoo.h"

namespace {

using namespace derm;
using torch::Tensor;

constexpr int64_t kClasses = 8;

struct Case {
  const char* network;
  int64_t side_px, batch;
};

struct Effort {
  int warm_up = 2, steps = 7;
};

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double images_per_s(const Case& c, torch::MemoryFormat format, Effort effort) {
  GraphNet net(build_network(c.network, {kClasses, c.side_px}), 0);
  net->set_memory_format(format);
  torch::optim::SGD optimiser(net->parameters(),
                              torch::optim::SGDOptions(0.01).momentum(0.9).weight_decay(1e-4));
  torch::manual_seed(0);
  const Tensor images = torch::randn({c.batch, 3, c.side_px, c.side_px}).contiguous(format);
  const Tensor labels = torch::arange(c.batch) % kClasses;
  const auto step = [&] {
    optimiser.zero_grad();
    const Tensor logits = net->forward(images, {"logits"}).at("logits");
    at::cross_entropy_loss(logits, labels).backward();
    optimiser.step();
  };
  for (int i = 0; i < effort.warm_up; ++i) step();
  std::vector<double> times;
  for (int i = 0; i < effort.steps; ++i) {
    const auto start = std::chrono::steady_clock::now();
    step();
    times.push_back(seconds_since(start));
  }
  std::nth_element(times.begin(), times.begin() + effort.steps / 2, times.end());
  return static_cast<double>(c.batch) / times[static_cast<size_t>(effort.steps) / 2];
}

Json results(bool quick) {
  const std::vector<Case> cases =
      quick ? std::vector<Case>{{"mobilenet_v2", 32, 2}, {"resnet50", 32, 2}}
            : std::vector<Case>{{"mobilenet_v2", 128, 32},
                                {"mobilenet_v2", 224, 32},
                                {"resnet50", 128, 32},
                                {"resnet50", 224, 16}};
  const Effort effort = quick ? Effort{1, 1} : Effort{};
  prepare_cpu(0);
  Json out;
  out["threads"] = at::get_num_threads();
  for (const Case& c : cases) {
    const double contiguous = images_per_s(c, torch::MemoryFormat::Contiguous, effort);
    const double last = images_per_s(c, torch::MemoryFormat::ChannelsLast, effort);
    out[fmt::format("{}_{}px_batch_{}", c.network, c.side_px, c.batch)] = {
        {"contiguous_images_per_s", contiguous},
        {"channels_last_images_per_s", last},
        {"best_images_per_s", std::max(contiguous, last)}};
  }
  return out;
}

}  // namespace

int main(int argc, char** argv) {
  return quick_bench(argc, argv, results);
}
