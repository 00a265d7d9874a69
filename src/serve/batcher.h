// Runs images that wait together as one batch. Nobody waits for a batch to fill: the first image
// runs alone, and what arrives meanwhile runs together after it.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <future>
#include <mutex>
#include <thread>
#include <vector>

#include "runtime/predictor.h"
#include "serve/http.h"

namespace derm {

struct Batched {
  Prediction prediction;
  size_t batch_size = 0;           // images of its run
  double wait_ms = 0, run_ms = 0;  // before the run, and the run
};

struct BatcherOptions {
  size_t batch = 8;   // images of one run, at most
  size_t queue = 32;  // images that wait, at most
};

class Batcher {
 public:
  // As Predictor::predict: as many predictions as images, in their order. One run at a time.
  using Run = std::function<std::vector<Prediction>(const std::vector<Image>&)>;

  Batcher(Run run, const BatcherOptions& options);
  ~Batcher();  // after what waits has been run
  Batcher(const Batcher&) = delete;
  Batcher& operator=(const Batcher&) = delete;

  // Throws Busy where the queue is full or the deadline passes first, and what the run
  // throws.
  Batched predict(Image image, Clock::time_point deadline);
  size_t waiting() const;

 private:
  struct Item {
    Image image;
    Clock::time_point since, deadline;
    std::promise<Batched> promise;
  };

  void work();
  std::vector<Item> take();
  void run(std::vector<Item> items) const;

  Run run_;
  BatcherOptions options_;
  mutable std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<Item> queue_;
  bool ending_ = false;
  std::thread worker_;
};

}  // namespace derm
