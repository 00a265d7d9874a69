#include "data/loader.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

#include "base/error.h"
#include "data/batch_maker.h"

namespace derm {

// Workers take the next step while it lies less than `prefetch` ahead of the step that next() gives
// out; finished batches wait in `done` under their step.
struct Loader::State {
  explicit State(BatchMaker m) : maker(std::move(m)) {}
  ~State() { stop(); }

  struct Result {
    Batch batch;
    std::exception_ptr error;
  };

  void stop();
  void spawn();
  void work();
  Result attempt(int64_t step) const;

  const BatchMaker maker;
  int64_t epoch = -1;
  std::vector<Draw> draws;
  std::vector<std::thread> threads;
  std::atomic<bool> stopping{false};
  std::mutex mutex;
  std::condition_variable wanted, finished;
  int64_t next_taken = 0, next_given = 0;
  std::map<int64_t, Result> done;
};

void Loader::State::stop() {
  {
    const std::lock_guard<std::mutex> lock(mutex);
    stopping = true;
  }
  wanted.notify_all();
  for (auto& thread : threads) thread.join();
  threads.clear();
  done.clear();
  stopping = false;
}

void Loader::State::spawn() {
  const int64_t count = std::min(std::max<int64_t>(1, maker.options().workers),
                                 std::max<int64_t>(1, maker.batches() - next_given));
  for (int64_t i = 0; i < count; ++i) threads.emplace_back([this] { work(); });
}

void Loader::State::work() {
  const int64_t ahead = std::max<int64_t>(1, maker.options().prefetch);
  std::unique_lock<std::mutex> lock(mutex);
  for (;;) {
    wanted.wait(lock, [&] {
      return stopping || next_taken >= maker.batches() || next_taken < next_given + ahead;
    });
    if (stopping || next_taken >= maker.batches()) return;
    const int64_t step = next_taken++;
    lock.unlock();
    Result result = attempt(step);
    lock.lock();
    if (result.error) next_taken = maker.batches();  // nothing after it will be given out
    done[step] = std::move(result);
    finished.notify_one();
  }
}

Loader::State::Result Loader::State::attempt(int64_t step) const {
  Result result;
  try {
    result.batch = maker.make(draws, epoch, step, stopping);
  } catch (...) {
    result.error = std::current_exception();
  }
  return result;
}

Loader::Loader(ImageSource source, std::vector<int64_t> labels, int64_t classes,
               Preprocess contract, std::shared_ptr<const Augment> augment, LoaderOptions options)
    : state_(std::make_unique<State>(BatchMaker(std::move(source), std::move(labels), classes,
                                                std::move(contract), std::move(augment),
                                                std::move(options)))) {}

Loader::~Loader() = default;

int64_t Loader::samples() const {
  return state_->maker.samples();
}
int64_t Loader::batches() const {
  return state_->maker.batches();
}

void Loader::start(int64_t epoch, int64_t first_step) {
  if (epoch < 0 || first_step < 0)
    throw Error("loader cannot start there", "epoch and step", "at least 0",
                fmt::format("{} and {}", epoch, first_step));
  state_->stop();
  state_->epoch = epoch;
  state_->draws = state_->maker.draws(epoch);
  state_->next_taken = state_->next_given = first_step;
  state_->spawn();
}

bool Loader::next(Batch& batch) {
  State& state = *state_;
  if (state.epoch < 0) throw Error("loader was not started", "next()", "start() before it");
  if (state.next_given >= state.maker.batches()) return false;
  batch = Batch();  // its buffer can be used again at once
  std::unique_lock<std::mutex> lock(state.mutex);
  state.finished.wait(lock, [&] { return state.done.count(state.next_given) > 0; });
  const auto found = state.done.find(state.next_given);
  if (found->second.error) std::rethrow_exception(found->second.error);
  batch = std::move(found->second.batch);
  state.done.erase(found);
  ++state.next_given;
  lock.unlock();
  state.wanted.notify_all();
  return true;
}

}  // namespace derm
