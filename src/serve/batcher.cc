#include "serve/batcher.h"

#include <algorithm>

#include "base/error.h"

namespace derm {
namespace {

double batch_ms(Clock::duration time) {
  return std::chrono::duration<double, std::milli>(time).count();
}

Busy too_late() {
  return {"timeout", "no answer in time", "the queue"};
}

}  // namespace

Batcher::Batcher(Run run, const BatcherOptions& options)
    : run_(std::move(run)), options_(options), worker_([this] { work(); }) {}

Batcher::~Batcher() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  arrived_.notify_all();
  worker_.join();
}

Batched Batcher::predict(Image image, Clock::time_point deadline) {
  std::future<Batched> answer;
  {
    const std::lock_guard lock(mutex_);
    if (queue_.size() >= options_.queue) throw Busy("queue", "the queue is full", "the queue");
    queue_.push_back({std::move(image), Clock::now(), deadline, {}});
    answer = queue_.back().promise.get_future();
  }
  arrived_.notify_one();
  if (answer.wait_until(deadline) != std::future_status::ready) throw too_late();
  return answer.get();
}

size_t Batcher::waiting() const {
  const std::lock_guard lock(mutex_);
  return queue_.size();
}

void Batcher::work() {
  for (auto items = take(); !items.empty(); items = take()) run(std::move(items));
}

// Empty: there will be no more. What nobody waits for any more is not run.
std::vector<Batcher::Item> Batcher::take() {
  std::unique_lock lock(mutex_);
  std::vector<Item> items;
  while (items.empty()) {
    arrived_.wait(lock, [&] { return ending_ || !queue_.empty(); });
    if (queue_.empty()) break;
    const auto now = Clock::now();
    while (!queue_.empty() && items.size() < options_.batch) {
      if (queue_.front().deadline > now)
        items.push_back(std::move(queue_.front()));
      else
        queue_.front().promise.set_exception(std::make_exception_ptr(too_late()));
      queue_.pop_front();
    }
  }
  return items;
}

void Batcher::run(std::vector<Item> items) const {
  const auto begin = Clock::now();
  std::vector<Image> images;
  for (Item& item : items) images.push_back(std::move(item.image));
  try {
    std::vector<Prediction> predictions = run_(images);
    if (predictions.size() != images.size()) throw Error("a run without its predictions");
    const double run_ms = batch_ms(Clock::now() - begin);
    for (size_t i = 0; i < items.size(); ++i)
      items[i].promise.set_value(
          {std::move(predictions[i]), items.size(), batch_ms(begin - items[i].since), run_ms});
  } catch (...) {
    for (Item& item : items) item.promise.set_exception(std::current_exception());
  }
}

}  // namespace derm
