// Who is photographed how often, and what the tables say about it.
#include <cmath>
#include <numeric>

#include "data/generate_classes.h"
#include "data/generate_scene.h"

namespace derm {

using namespace drawing;

namespace {

// Shares of ISIC 2019's rows whose field is empty.
constexpr double kNoAge = 0.017, kNoSite = 0.10, kNoSex = 0.015;
// Among lesions with one image only: a lesion of several images without an id would put siblings
// into different splits, unseen by anyone.
constexpr double kNoLesionId = 0.10;

Rng plan_stream(uint64_t seed, uint32_t part) {
  return Rng({seed, Purpose::kGenerate, 0, part, kPlan});
}

// Lesions every class gets at least: 6 from about 200 lesions on, fewer in tiny sets.
int64_t fewest_lesions(int64_t lesions) {
  if (lesions < 8) return 0;
  return std::min<int64_t>(6, std::max<int64_t>(1, lesions / 32));
}

// Lesions per class near ISIC's priors; they add up to `lesions`.
std::vector<int64_t> class_quota(int64_t lesions) {
  const auto& looks = class_looks();
  const int64_t fewest = fewest_lesions(lesions);
  std::vector<int64_t> quota;
  for (const auto& look : looks)
    quota.push_back(std::max(
        fewest, static_cast<int64_t>(std::lround(look.prior * static_cast<double>(lesions)))));
  const int64_t total = std::accumulate(quota.begin(), quota.end(), int64_t{0});
  // NV, half of the collection, takes up what rounding and the guarantee left over.
  quota[1] += lesions - total;
  return quota;
}

struct Lesion {
  int64_t drawn = 0, label = 0, images = 1;
};

std::vector<Lesion> choose_lesions(const GenerateOptions& options, int64_t count) {
  Rng rng = plan_stream(static_cast<uint64_t>(options.seed), 0);
  const auto quota = class_quota(count);
  std::vector<Lesion> lesions;
  for (size_t c = 0; c < quota.size(); ++c)
    for (int64_t n = 0; n < quota[c]; ++n)
      lesions.push_back({static_cast<int64_t>(c), static_cast<int64_t>(c), 1});
  rng.shuffle(lesions);
  // Half of the lesions are followed up and share the images that are left.
  const auto followed = static_cast<uint64_t>((count + 1) / 2);
  for (int64_t n = count; n < options.images; ++n) ++lesions[rng.below(followed)].images;
  return lesions;
}

// Gives round(label_noise * lesions) lesions a wrong label; classes at the guaranteed minimum keep
// their lesions.
void mislabel(const GenerateOptions& options, std::vector<Lesion>& lesions) {
  Rng rng = plan_stream(static_cast<uint64_t>(options.seed), 1);
  const auto count = static_cast<int64_t>(lesions.size());
  const auto quota = class_quota(count);
  std::vector<size_t> order;
  for (size_t i = 0; i < lesions.size(); ++i)
    if (quota[static_cast<size_t>(lesions[i].drawn)] > fewest_lesions(count)) order.push_back(i);
  rng.shuffle(order);
  const auto wanted =
      static_cast<size_t>(std::lround(options.label_noise * static_cast<double>(count)));
  for (size_t i = 0; i < std::min(wanted, order.size()); ++i) {
    Lesion& lesion = lesions[order[i]];
    const auto& others = class_looks()[static_cast<size_t>(lesion.drawn)].mistaken_for;
    lesion.label = others[rng.below(others.size())];
  }
}

GeneratedImage describe(uint64_t seed, uint64_t number, const Lesion& lesion) {
  Rng rng({seed, Purpose::kGenerate, 1, number, kPeople});
  const auto& look = class_looks()[static_cast<size_t>(lesion.drawn)];
  GeneratedImage image;
  image.lesion = number;
  image.drawn_label = lesion.drawn;
  image.label = lesion.label;
  const double years = look.age_mean + look.age_deviation * rng.normal();
  const auto age = 5 * static_cast<int64_t>(std::lround(years / 5));
  image.age = rng.chance(kNoAge) ? -1 : std::min<int64_t>(85, std::max<int64_t>(5, age));
  image.sex = rng.chance(look.female) ? "female" : "male";
  if (rng.chance(kNoSex)) image.sex.clear();
  image.site = site_names()[weighted_choice(look.sites, rng.uniform())];
  if (rng.chance(kNoSite)) image.site.clear();
  const bool nameless = lesion.images == 1 && rng.chance(kNoLesionId);
  if (!nameless) image.lesion_id = fmt::format("GEN_{:07}", number);
  return image;
}

}  // namespace

std::vector<GeneratedImage> plan_dataset(const GenerateOptions& options) {
  const auto seed = static_cast<uint64_t>(options.seed);
  const double wanted = static_cast<double>(options.images) / options.images_per_lesion;
  const auto count = std::max<int64_t>(1, std::lround(wanted));
  auto lesions = choose_lesions(options, count);
  mislabel(options, lesions);
  std::vector<GeneratedImage> images;
  for (size_t n = 0; n < lesions.size(); ++n) {
    const GeneratedImage image = describe(seed, n, lesions[n]);
    images.insert(images.end(), static_cast<size_t>(lesions[n].images), image);
  }
  Rng rng = plan_stream(seed, 2);
  rng.shuffle(images);
  for (size_t i = 0; i < images.size(); ++i) images[i].image_id = fmt::format("ISIC_{:07}", i);
  return images;
}

}  // namespace derm
