#include "net/tensor_memory.h"

#include <malloc.h>
#include <sys/mman.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <limits>
#include <map>
#include <mutex>
#include <vector>

#include "base/error.h"
#include "net/torch.h"

namespace derm {
namespace {

constexpr size_t kAlignment = 64;           // of data; a header of that size lies before them
constexpr size_t kSmall = size_t{1} << 16;  // below, malloc alone is as fast
constexpr size_t kHugePage = size_t{1} << 21;
constexpr int kLargestHeapBlock = 1 << 25;  // glibc takes no larger M_MMAP_THRESHOLD

struct BlockHeader {
  size_t bytes;  // of the block with its header; 0: too small to be kept
};

// Sizes are eighths of powers of two, so that a smaller last batch finds the blocks of a full one;
// whole huge pages where one fits.
size_t rounded(size_t bytes) {
  size_t step = kHugePage;
  if (bytes < 8 * kHugePage) {
    size_t power = kSmall;
    while (power * 2 <= bytes) power *= 2;
    step = bytes < kHugePage ? power / 8 : kHugePage;
  } else {
    while (step * 16 <= bytes) step *= 2;
  }
  return (bytes + step - 1) / step * step;
}

void* aligned_block(size_t bytes) {
  void* block = nullptr;
  const bool huge = bytes >= kHugePage;
  if (posix_memalign(&block, huge ? kHugePage : kAlignment, bytes) != 0) return nullptr;
  if (huge) madvise(block, bytes, MADV_HUGEPAGE);  // advice: refusal costs speed only
  return block;
}

class Memory {
 public:
  void* take(size_t wanted) {
    if (wanted > std::numeric_limits<size_t>::max() / 2) refuse(wanted);
    const size_t small = wanted + kAlignment;
    const bool counts = small >= kSmall;
    const size_t bytes = counts ? rounded(small) : small;
    void* block = counts ? kept_or_fresh(bytes) : aligned_block(bytes);
    if (block == nullptr) refuse(wanted);
    if (!counts) static_cast<BlockHeader*>(block)->bytes = 0;
    return static_cast<char*>(block) + kAlignment;
  }

  void give_back(void* data) {
    void* block = static_cast<char*>(data) - kAlignment;
    const size_t bytes = static_cast<BlockHeader*>(block)->bytes;
    if (bytes == 0) return std::free(block);
    const std::lock_guard lock(mutex_);
    blocks_[bytes].push_back(block);
    now_.in_use -= bytes;
    now_.kept += bytes;
  }

  TensorMemory now() {
    const std::lock_guard lock(mutex_);
    return now_;
  }

 private:
  [[noreturn]] static void refuse(size_t wanted) {
    throw Error("out of memory", "a tensor of " + std::to_string(wanted) + " bytes");
  }

  void* kept_or_fresh(size_t bytes) {
    const std::lock_guard lock(mutex_);
    void* block = nullptr;
    if (const auto fit = blocks_.lower_bound(bytes);
        fit != blocks_.end() && fit->first <= bytes + bytes / 4) {
      bytes = fit->first;
      block = pop(fit);
    } else {
      const size_t peak = std::max(now_.peak, now_.in_use + bytes);
      while (now_.kept > 0 && now_.in_use + now_.kept + bytes > peak + peak / 4)
        std::free(pop(std::prev(blocks_.end())));
      block = aligned_block(bytes);
      while (block == nullptr && now_.kept > 0) {
        std::free(pop(std::prev(blocks_.end())));
        block = aligned_block(bytes);
      }
      if (block == nullptr) return nullptr;
      static_cast<BlockHeader*>(block)->bytes = bytes;
    }
    now_.in_use += bytes;
    now_.peak = std::max(now_.peak, now_.in_use);
    return block;
  }

  void* pop(std::map<size_t, std::vector<void*>>::iterator of_size) {
    void* block = of_size->second.back();
    of_size->second.pop_back();
    now_.kept -= of_size->first;
    if (of_size->second.empty()) blocks_.erase(of_size);
    return block;
  }

  std::mutex mutex_;
  std::map<size_t, std::vector<void*>> blocks_;  // those kept, by size
  TensorMemory now_;
};

Memory& memory() {
  static auto* const instance = new Memory;  // outlives every tensor
  return *instance;
}

// libtorch 2.3 took the const from allocate() and added copy_data(): what overrides depends on it.
class KeepingAllocator : public c10::Allocator {
 public:
  c10::DataPtr allocate(size_t bytes) const { return take(bytes); }
  c10::DataPtr allocate(size_t bytes) { return take(bytes); }
  c10::DeleterFnPtr raw_deleter() const override { return give_back; }
  void copy_data(void* to, const void* from, size_t bytes) const { std::memcpy(to, from, bytes); }

 private:
  static void give_back(void* data) {
    if (data != nullptr) memory().give_back(data);
  }

  static c10::DataPtr take(size_t bytes) {
    void* data = bytes == 0 ? nullptr : memory().take(bytes);
    return {data, data, give_back, c10::Device(c10::kCPU)};
  }
};

}  // namespace

void keep_tensor_memory() {
  static const bool installed = [] {
    // What oneDNN and the BLAS library take themselves: from the heap, and kept there.
    mallopt(M_MMAP_THRESHOLD, kLargestHeapBlock);
    mallopt(M_TRIM_THRESHOLD, std::numeric_limits<int>::max());
    c10::SetAllocator(c10::kCPU, new KeepingAllocator);
    return true;
  }();
  static_cast<void>(installed);
}

TensorMemory tensor_memory() {
  return memory().now();
}

}  // namespace derm
