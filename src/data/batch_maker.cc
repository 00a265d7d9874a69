#include "data/batch_maker.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "base/error.h"
#include "data/geometry.h"

namespace derm {
namespace {

constexpr int kTurnViews = 4;
constexpr uint32_t kMaxOccurrence = 1 << 14;  // views of RngKey stay below 2^16

void require(bool ok, const char* option, const char* expected, const std::string& got) {
  if (!ok) throw Error("loader option out of range", option, expected, got);
}

void check(const LoaderOptions& options) {
  require(options.batch_size >= 1, "batch_size", "at least 1", std::to_string(options.batch_size));
  require(options.views == 1 || options.views == kTurnViews, "views", "1 or 4",
          std::to_string(options.views));
  require(options.workers >= 0, "workers", "at least 0", std::to_string(options.workers));
  require(options.target_per_class >= 1, "target_per_class", "at least 1",
          std::to_string(options.target_per_class));
  require(options.prefetch >= 0, "prefetch", "at least 0", std::to_string(options.prefetch));
}

RngKey key_of(uint64_t seed, Purpose purpose, int64_t epoch, const Draw& draw, int view) {
  const uint32_t occurrence = draw.occurrence % kMaxOccurrence;
  return {seed, purpose, static_cast<uint64_t>(epoch), static_cast<uint64_t>(draw.position),
          occurrence * kTurnViews + static_cast<uint32_t>(view)};
}

}  // namespace

BatchMaker::BatchMaker(ImageSource source, std::vector<int64_t> labels, int64_t classes,
                       Preprocess contract, std::shared_ptr<const Augment> augment,
                       LoaderOptions options)
    : source_(std::move(source)),
      labels_(std::move(labels)),
      classes_(classes),
      contract_(std::move(contract)),
      augment_(std::move(augment)),
      options_(std::move(options)) {
  check(options_);
  for (size_t i = 0; i < labels_.size(); ++i)
    if (labels_[i] < 0 || labels_[i] >= classes_)
      throw Error("label out of range", fmt::format("sample {} of the split", i),
                  fmt::format("0 to {}", classes_ - 1), fmt::format("{}", labels_[i]));
  // An unknown sampler is an error here, not at the first epoch.
  samples_ = static_cast<int64_t>(draws(0).size());
}

int64_t BatchMaker::batches() const {
  const int64_t full = samples() / options_.batch_size, rest = samples() % options_.batch_size;
  const bool keep = rest > 0 && rest >= options_.drop_below;
  return full + (keep ? 1 : 0);
}

std::vector<Draw> BatchMaker::draws(int64_t epoch) const {
  std::vector<Draw> out;
  std::vector<uint32_t> seen(labels_.size());
  for (const int64_t position : sample_order(labels_, classes_, options_, epoch))
    out.push_back({position, seen[static_cast<size_t>(position)]++});
  return out;
}

Batch BatchMaker::make(const std::vector<Draw>& draws, int64_t epoch, int64_t step,
                       const std::atomic<bool>& stop) const {
  const int64_t begin = step * options_.batch_size;
  const int64_t end = std::min(begin + options_.batch_size, samples());
  Batch batch;
  batch.rows = (end - begin) * options_.views;
  batch.side_px = contract_.side_px;
  batch.channels_last = options_.channels_last;
  const int64_t sample_floats = options_.views * 3 * contract_.side_px * contract_.side_px;
  batch.images = pool_->take(static_cast<size_t>((end - begin) * sample_floats));
  for (int64_t i = begin; i < end && !stop.load(std::memory_order_relaxed); ++i) {
    const Draw& draw = draws[static_cast<size_t>(i)];
    batch.labels.push_back(labels_[static_cast<size_t>(draw.position)]);
    batch.index.push_back(draw.position);
    try {
      write_sample(draw, epoch, batch.images->data() + (i - begin) * sample_floats);
    } catch (const Error& error) {
      throw Error(error.problem(),
                  fmt::format("{} (sample {} of the split)", error.where(), draw.position),
                  error.expected(), error.got());
    }
  }
  return batch;
}

// As the SSD-KD code does it: one mirror per image, four turns of the whole frame, then each turned
// copy goes through the random transforms by itself.
void BatchMaker::write_sample(const Draw& draw, int64_t epoch, float* out) const {
  Image frame = source_(draw.position);
  if (options_.views == 1) return write_view(frame, draw, epoch, 0, out);
  if (augment_ && Rng(key_of(options_.seed, Purpose::kSample, epoch, draw, 0)).chance(0.5))
    frame = hflip(frame);
  for (int view = 0; view < kTurnViews; ++view)
    write_view(quarter_turn(frame, view), draw, epoch, view,
               out + view * 3 * contract_.side_px * contract_.side_px);
}

void BatchMaker::write_view(const Image& frame, const Draw& draw, int64_t epoch, int view,
                            float* out) const {
  Image augmented;
  if (augment_) {
    const int drawn_for = options_.shared_views ? 0 : view;
    Rng rng(key_of(options_.seed, Purpose::kAugment, epoch, draw, drawn_for));
    augmented =
        draw.occurrence == 0 ? augment_->apply(frame, rng) : augment_->apply_again(frame, rng);
  }
  const Image& final = augment_ ? augmented : frame;
  if (final.width != contract_.side_px || final.height != contract_.side_px)
    throw Error("image has not the contract's size", "image",
                fmt::format("{0} x {0}", contract_.side_px),
                fmt::format("{} x {}", final.width, final.height));
  normalise(final, contract_, options_.channels_last ? Layout::kPixels : Layout::kPlanes, out);
}

}  // namespace derm
