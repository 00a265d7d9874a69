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
  bool empty() const { return cards_.empty(); }

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

std::vector<int64_t> balanced(const std::vector<int64_t>& labels, int64_t classes, Rng& rng) {
  std::vector<Deck> decks(static_cast<size_t>(classes));
  for (size_t i = 0; i < labels.size(); ++i)
    decks.at(static_cast<size_t>(labels[i])).add(static_cast<int64_t>(i));
  decks.erase(std::remove_if(decks.begin(), decks.end(), [](const Deck& d) { return d.empty(); }),
              decks.end());
  std::vector<int64_t> order(labels.size());
  for (auto& position : order) position = decks[rng.below(decks.size())].deal(rng);
  return order;
}

}  // namespace

std::vector<int64_t> sample_order(const std::vector<int64_t>& labels, int64_t classes,
                                  const std::string& sampler, uint64_t seed, int64_t epoch) {
  Rng rng({seed, Purpose::kShuffle, static_cast<uint64_t>(epoch)});
  if (sampler == "balanced") return balanced(labels, classes, rng);
  std::vector<int64_t> order(labels.size());
  std::iota(order.begin(), order.end(), 0);
  if (sampler == "shuffle")
    rng.shuffle(order);
  else if (sampler != "sequential")
    throw Error("unknown sampler", "sampler", "sequential, shuffle or balanced",
                "'" + sampler + "'");
  return order;
}

}  // namespace derm
