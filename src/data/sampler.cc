#include <algorithm>
#include <numeric>

#include "base/error.h"
#include "base/rng.h"
#include "data/loader.h"

namespace derm {
namespace {

// A class's positions in a random order, dealt out and shuffled again when all are gone.
class Deck {
 public:
  void add(int64_t position) { cards_.push_back(position); }
  int64_t size() const { return static_cast<int64_t>(cards_.size()); }

  int64_t deal(Rng& rng) {
    if (next_ == 0) rng.shuffle(cards_);
    const int64_t card = cards_[next_];
    next_ = (next_ + 1) % cards_.size();
    return card;
  }

 private:
  std::vector<int64_t> cards_;
  size_t next_ = 0;
};

std::vector<Deck> decks_of(const std::vector<int64_t>& labels, int64_t classes) {
  std::vector<Deck> decks(static_cast<size_t>(classes));
  for (size_t i = 0; i < labels.size(); ++i)
    decks.at(static_cast<size_t>(labels[i])).add(static_cast<int64_t>(i));
  return decks;
}

std::vector<int64_t> balanced(const std::vector<int64_t>& labels, int64_t classes, Rng& rng) {
  auto decks = decks_of(labels, classes);
  decks.erase(
      std::remove_if(decks.begin(), decks.end(), [](const Deck& d) { return d.size() == 0; }),
      decks.end());
  std::vector<int64_t> order(labels.size());
  for (auto& position : order) position = decks[rng.below(decks.size())].deal(rng);
  return order;
}

// Every position once; a class below the target is dealt again until it has as many.
std::vector<int64_t> up_to_target(const std::vector<int64_t>& labels, int64_t classes,
                                  int64_t target, Rng& rng) {
  auto decks = decks_of(labels, classes);
  std::vector<int64_t> order(labels.size());
  std::iota(order.begin(), order.end(), 0);
  for (auto& deck : decks)
    for (int64_t n = deck.size(); n > 0 && n < target; ++n) order.push_back(deck.deal(rng));
  rng.shuffle(order);
  return order;
}

}  // namespace

std::vector<int64_t> sample_order(const std::vector<int64_t>& labels, int64_t classes,
                                  const LoaderOptions& options, int64_t epoch) {
  const std::string& sampler = options.sampler;
  Rng rng({options.seed, Purpose::kShuffle, static_cast<uint64_t>(epoch)});
  if (sampler == "balanced") return balanced(labels, classes, rng);
  if (sampler == "target") return up_to_target(labels, classes, options.target_per_class, rng);
  std::vector<int64_t> order(labels.size());
  std::iota(order.begin(), order.end(), 0);
  if (sampler == "shuffle")
    rng.shuffle(order);
  else if (sampler != "sequential")
    throw Error("unknown sampler", "sampler", "sequential, shuffle, balanced or target",
                "'" + sampler + "'");
  return order;
}

}  // namespace derm
