#include "eval/localisation.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"

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

LocalisationSummary summarise(const std::vector<Localisation>& images,
                              const std::vector<std::string>& groups, const Bootstrap& options) {
  LocalisationSummary out;
  out.energy = bootstrap_mean(field(images, &Localisation::energy), groups, options);
  out.pointing = bootstrap_mean(field(images, &Localisation::pointing), groups, options);
  out.area = bootstrap_mean(field(images, &Localisation::area), groups, options);
  out.centre = bootstrap_mean(field(images, &Localisation::centre), groups, options);
  out.images = static_cast<int64_t>(images.size());
  out.groups = static_cast<int64_t>(RowGroups(groups).size());
  for (const Localisation& image : images) out.silent += image.silent ? 1 : 0;
  return out;
}

}  // namespace derm
