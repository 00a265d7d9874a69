#include "eval/localisation.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "base/error.h"
#include "base/rng.h"

namespace derm {
namespace {

void check_case(const SaliencyCase& image, double tolerance_px) {
  const bool sized = image.width > 0 && image.height > 0;
  const size_t pixels =
      sized ? static_cast<size_t>(image.width) * static_cast<size_t>(image.height) : 0;
  if (!sized || image.map.size() != pixels || image.inside.size() != pixels)
    throw Error("saliency map and mask do not have the image's size", "",
                fmt::format("{} x {} pixels", image.width, image.height),
                fmt::format("{} values, {} of the mask", image.map.size(), image.inside.size()));
  for (const double value : image.map)
    if (!(std::isfinite(value) && value >= 0))
      throw Error("saliency value is out of range", "", "finite, 0 or more",
                  fmt::format("{}", value));
  if (std::find(image.inside.begin(), image.inside.end(), true) == image.inside.end())
    throw Error("the mask has no lesion", "", "at least one pixel of it");
  if (!(tolerance_px >= 0))
    throw Error("tolerance is out of range", "", "0 or more pixels",
                fmt::format("{}", tolerance_px));
}

// Whether a pixel of the mask lies within the tolerance of (x, y).
bool hits(const SaliencyCase& image, int64_t x, int64_t y, double tolerance_px) {
  const double longest = static_cast<double>(image.width + image.height);
  const auto reach = static_cast<int64_t>(std::min(tolerance_px, longest));
  const double square = tolerance_px * tolerance_px;
  for (int64_t v = std::max<int64_t>(0, y - reach); v <= std::min(image.height - 1, y + reach); ++v)
    for (int64_t u = std::max<int64_t>(0, x - reach); u <= std::min(image.width - 1, x + reach);
         ++u) {
      const auto distance = static_cast<double>((u - x) * (u - x) + (v - y) * (v - y));
      if (distance <= square && image.inside[static_cast<size_t>(v * image.width + u)]) return true;
    }
  return false;
}

double pointing_of(const SaliencyCase& image, double tolerance_px) {
  const double top = *std::max_element(image.map.begin(), image.map.end());
  double found = 0, maxima = 0;
  for (int64_t y = 0; y < image.height; ++y)
    for (int64_t x = 0; x < image.width; ++x) {
      if (image.map[static_cast<size_t>(y * image.width + x)] != top) continue;
      maxima += 1;
      found += hits(image, x, y, tolerance_px) ? 1 : 0;
    }
  return found / maxima;
}

double centre_of(const SaliencyCase& image, double tolerance_px) {
  double found = 0, pixels = 0;
  for (int64_t y = (image.height - 1) / 2; y <= image.height / 2; ++y)
    for (int64_t x = (image.width - 1) / 2; x <= image.width / 2; ++x) {
      pixels += 1;
      found += hits(image, x, y, tolerance_px) ? 1 : 0;
    }
  return found / pixels;
}

// Sum and number of the values of each group, in the order of their first image.
struct GroupSum {
  double sum = 0, count = 0;
};

std::vector<GroupSum> group_sums(const std::vector<double>& values,
                                 const std::vector<std::string>& groups) {
  std::vector<GroupSum> sums;
  std::map<std::string, size_t> place;
  for (size_t i = 0; i < values.size(); ++i) {
    size_t at = sums.size();
    if (!groups[i].empty()) at = place.emplace(groups[i], at).first->second;
    if (at == sums.size()) sums.emplace_back();
    sums[at].sum += values[i];
    sums[at].count += 1;
  }
  return sums;
}

void check_bootstrap(const std::vector<double>& values, const std::vector<std::string>& groups,
                     const Bootstrap& options) {
  if (values.empty() || groups.size() != values.size())
    throw Error("no mean without values and their groups", "", "at least one, a group for each",
                fmt::format("{} values, {} groups", values.size(), groups.size()));
  for (const double value : values)
    if (!std::isfinite(value)) throw Error("value of a mean is not finite");
  const bool sensible = options.replicates > 0 && options.replicates <= INT32_MAX &&
                        options.confidence > 0 && options.confidence < 1;
  if (!sensible)
    throw Error("bootstrap option is out of range", "",
                "replicates from 1 on, confidence in (0, 1)",
                fmt::format("{}, {}", options.replicates, options.confidence));
}

double replicate_mean(const std::vector<GroupSum>& sums, uint64_t seed, int64_t replicate) {
  Rng rng({seed, Purpose::kBootstrap, 0, static_cast<uint64_t>(replicate)});
  GroupSum all;
  for (size_t i = 0; i < sums.size(); ++i) {
    const GroupSum& drawn = sums[rng.below(sums.size())];
    all.sum += drawn.sum;
    all.count += drawn.count;
  }
  return all.sum / all.count;
}

// Interpolated between the order statistics at position share * (n - 1).
double quantile(const std::vector<double>& sorted, double share) {
  const double at = share * static_cast<double>(sorted.size() - 1), below = std::floor(at);
  const auto first = static_cast<size_t>(below), second = std::min(first + 1, sorted.size() - 1);
  return sorted[first] + (at - below) * (sorted[second] - sorted[first]);
}

std::vector<double> field(const std::vector<Localisation>& images, double Localisation::*member) {
  std::vector<double> out;
  for (const Localisation& image : images) out.push_back(image.*member);
  return out;
}

}  // namespace

Localisation localise(const SaliencyCase& image, double tolerance_px) {
  check_case(image, tolerance_px);
  double all = 0, within = 0, lesion = 0;
  for (size_t i = 0; i < image.map.size(); ++i) {
    all += image.map[i];
    within += image.inside[i] ? image.map[i] : 0;
    lesion += image.inside[i] ? 1 : 0;
  }
  Localisation out;
  out.area = lesion / static_cast<double>(image.map.size());
  out.centre = centre_of(image, tolerance_px);
  out.silent = all == 0;
  if (out.silent) return out;
  out.energy = within / all;
  out.pointing = pointing_of(image, tolerance_px);
  return out;
}

Interval bootstrap_mean(const std::vector<double>& values, const std::vector<std::string>& groups,
                        const Bootstrap& options) {
  check_bootstrap(values, groups, options);
  const auto sums = group_sums(values, groups);
  GroupSum all;
  for (const GroupSum& group : sums) all.sum += group.sum;
  constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
  Interval out{all.sum / static_cast<double>(values.size()), kUnknown, kUnknown};
  if (sums.size() < 2) return out;
  std::vector<double> means;
  for (int64_t r = 0; r < options.replicates; ++r)
    means.push_back(replicate_mean(sums, options.seed, r));
  std::sort(means.begin(), means.end());
  out.low = quantile(means, (1 - options.confidence) / 2);
  out.high = quantile(means, (1 + options.confidence) / 2);
  return out;
}

LocalisationSummary summarise(const std::vector<Localisation>& images,
                              const std::vector<std::string>& groups, const Bootstrap& options) {
  LocalisationSummary out;
  out.energy = bootstrap_mean(field(images, &Localisation::energy), groups, options);
  out.pointing = bootstrap_mean(field(images, &Localisation::pointing), groups, options);
  out.area = bootstrap_mean(field(images, &Localisation::area), groups, options);
  out.centre = bootstrap_mean(field(images, &Localisation::centre), groups, options);
  out.images = static_cast<int64_t>(images.size());
  out.groups = static_cast<int64_t>(group_sums(field(images, &Localisation::area), groups).size());
  for (const Localisation& image : images) out.silent += image.silent ? 1 : 0;
  return out;
}

}  // namespace derm
