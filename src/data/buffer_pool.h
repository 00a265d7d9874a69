// Float buffers that come back when their last user lets go of them, so that batches of a run
// allocate only at its beginning. Thread-safe.
#pragma once

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace derm {

class BufferPool : public std::enable_shared_from_this<BufferPool> {
 public:
  // A buffer of `size` floats with any content. It may outlive whoever else holds the pool.
  std::shared_ptr<std::vector<float>> take(size_t size) {
    std::unique_ptr<std::vector<float>> buffer = pop();
    if (!buffer) buffer = std::make_unique<std::vector<float>>();
    buffer->resize(size);
    return {buffer.release(), [pool = shared_from_this()](std::vector<float>* used) {
              pool->give_back(std::unique_ptr<std::vector<float>>(used));
            }};
  }

 private:
  std::unique_ptr<std::vector<float>> pop() {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (free_.empty()) return nullptr;
    auto buffer = std::move(free_.back());
    free_.pop_back();
    return buffer;
  }

  void give_back(std::unique_ptr<std::vector<float>> buffer) {
    const std::lock_guard<std::mutex> lock(mutex_);
    free_.push_back(std::move(buffer));
  }

  std::mutex mutex_;
  std::vector<std::unique_ptr<std::vector<float>>> free_;
};

}  // namespace derm
