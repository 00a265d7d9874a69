// The pictures: every cue shows, lesions are recognisable again, and classes differ by structure
// more than by colour.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "data/generate.h"

namespace derm {
namespace {

using Features = std::vector<double>;

struct Sample {
  int64_t label;
  Features features;
};

double squared_distance(const Features& a, const Features& b) {
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += (a[i] - b[i]) * (a[i] - b[i]);
  return sum;
}

// Balanced accuracy of the nearest neighbour in `known` for every sample of `asked`.
double nearest_neighbour_accuracy(const std::vector<Sample>& known,
                                  const std::vector<Sample>& asked) {
  std::array<double, 8> right{}, total{};
  for (const auto& sample : asked) {
    const auto best =
        std::min_element(known.begin(), known.end(), [&](const auto& a, const auto& b) {
          return squared_distance(a.features, sample.features) <
                 squared_distance(b.features, sample.features);
        });
    const auto c = static_cast<size_t>(sample.label);
    total[c] += 1;
    right[c] += best->label == sample.label ? 1 : 0;
  }
  double mean = 0;
  for (size_t c = 0; c < 8; ++c) mean += right[c] / total[c] / 8;
  return mean;
}

// Square roots of a 6 x 6 x 6 RGB histogram's shares.
Features colour_histogram(const Image& image) {
  Features bins(216);
  for (size_t i = 0; i < image.data.size(); i += 3) {
    const auto bin = [&](size_t c) { return static_cast<size_t>(image.data[i + c]) * 6 / 256; };
    bins[bin(0) * 36 + bin(1) * 6 + bin(2)] += 3.0 / static_cast<double>(image.data.size());
  }
  for (double& b : bins) b = std::sqrt(b);
  return bins;
}

// Green light, mean 0 and deviation 1: no colour, no brightness.
std::vector<double> standard_grey(const Image& image) {
  std::vector<double> grey;
  for (size_t i = 1; i < image.data.size(); i += 3) grey.push_back(image.data[i]);
  const double mean =
      std::accumulate(grey.begin(), grey.end(), 0.0) / static_cast<double>(grey.size());
  double square = 0;
  for (double& g : grey) {
    g -= mean;
    square += g * g;
  }
  const double deviation = std::sqrt(square / static_cast<double>(grey.size())) + 1e-9;
  for (double& g : grey) g /= deviation;
  return grey;
}

// Per ring around the centre: mean, and mean positive and negative second difference at four
// reaches. Bright dots, dark dots, lines, rings and centres end up in different numbers.
Features structure(const Image& image) {
  constexpr int kRings = 4, kReaches[] = {1, 2, 4, 7};
  const auto grey = standard_grey(image);
  Features sums(kRings * 9), counts(kRings);
  const auto at = [&](int x, int y) { return grey[static_cast<size_t>(y * image.width + x)]; };
  for (int y = 7; y < image.height - 7; ++y)
    for (int x = 7; x < image.width - 7; ++x) {
      const double r = std::hypot(x - image.width / 2, y - image.height / 2);
      const auto k = static_cast<size_t>(kRings * r / (0.5 * image.height));
      if (k >= kRings) continue;
      counts[k] += 1;
      sums[k * 9] += at(x, y);
      for (size_t s = 0; s < 4; ++s) {
        const int d = kReaches[s];
        const double bend =
            at(x, y) - 0.25 * (at(x - d, y) + at(x + d, y) + at(x, y - d) + at(x, y + d));
        sums[k * 9 + 1 + 2 * s + (bend > 0 ? 1 : 0)] += 3 * std::abs(bend);
      }
    }
  for (size_t i = 0; i < sums.size(); ++i) sums[i] /= counts[i / 9];
  return sums;
}

template <class Describe>
std::vector<Sample> draw_samples(uint64_t first, bool plain, const Describe& describe) {
  std::vector<Sample> samples;
  for (int64_t label = 0; label < 8; ++label)
    for (uint64_t n = 0; n < 24; ++n) {
      const uint64_t number = first + 100 * static_cast<uint64_t>(label) + n;
      Shot shot;
      shot.number = number;
      shot.width = 128;
      shot.height = 96;
      shot.plain = plain;
      samples.push_back({label, describe(render(make_lesion(3, number, label), shot))});
    }
  return samples;
}

TEST(GenerateRender, ColourAloneDoesNotGiveTheClassAway) {
  const auto known = draw_samples(0, false, colour_histogram);
  const auto asked = draw_samples(5000, false, colour_histogram);
  const double accuracy = nearest_neighbour_accuracy(known, asked);
  RecordProperty("balanced_accuracy", std::to_string(accuracy));
  EXPECT_LT(accuracy, 0.5);
}

TEST(GenerateRender, StructureWithoutColourTellsClassesApart) {
  const auto known = draw_samples(0, true, structure);
  const auto asked = draw_samples(5000, true, structure);
  const double accuracy = nearest_neighbour_accuracy(known, asked);
  RecordProperty("balanced_accuracy", std::to_string(accuracy));
  EXPECT_GT(accuracy, 0.25);  // chance: 0.125
}

double mean_difference(const Image& a, const Image& b) {
  double sum = 0;
  for (size_t i = 0; i < a.data.size(); ++i) sum += std::abs(a.data[i] - b.data[i]);
  return sum / static_cast<double>(a.data.size());
}

TEST(GenerateRender, EveryCueChangesThePicture) {
  LesionSpec bare = make_lesion(1, 7, 1);
  bare.radius = 0.35;
  bare.melanin = 0.7;
  bare.cues = {};
  Shot shot;
  shot.width = 128;
  shot.height = 96;
  shot.plain = true;
  const Image without = render(bare, shot);
  for (size_t c = 0; c < kCueCount; ++c) {
    LesionSpec lesion = bare;
    lesion.cues[c] = 1;
    EXPECT_GT(mean_difference(without, render(lesion, shot)), 0.15) << "cue " << c;
  }
}

Features patch_mean(const Image& image, int centre_x, int centre_y) {
  Features mean(3);
  for (int y = centre_y - 5; y < centre_y + 5; ++y)
    for (int x = centre_x - 5; x < centre_x + 5; ++x)
      for (size_t c = 0; c < 3; ++c)
        mean[c] += image.row(y)[static_cast<size_t>(x) * 3 + c] / 100.0;
  return mean;
}

// Log ratio of the lesion's middle to the brightest of four places on the skin around it.
Features contrast(const Image& image) {
  const int x = image.width / 2, y = image.height / 2, away = 2 * image.height / 5;
  const Features middle = patch_mean(image, x, y);
  Features ratio(3);
  for (size_t c = 0; c < 3; ++c) {
    double skin = 0;
    for (const auto& [dx, dy] : {std::pair{-away, 0}, {away, 0}, {0, -away}, {0, away}})
      skin = std::max(skin, patch_mean(image, x + dx, y + dy)[c]);
    ratio[c] = std::log((middle[c] + 16) / (skin + 16));
  }
  return ratio;
}

TEST(GenerateRender, ImagesOfOneLesionAreCloserThanImagesOfTwo) {
  std::vector<std::array<Features, 2>> lesions;
  for (uint64_t n = 0; n < 40; ++n) {
    std::array<Features, 2> pair;
    for (uint64_t k = 0; k < 2; ++k) {
      Shot shot;
      shot.number = 2 * n + k;
      shot.width = 128;
      shot.height = 96;
      pair[k] = contrast(render(make_lesion(2, n, 1), shot));
    }
    lesions.push_back(pair);
  }
  double same = 0, other = 0;
  for (size_t n = 0; n < lesions.size(); ++n) {
    same += squared_distance(lesions[n][0], lesions[n][1]);
    other += squared_distance(lesions[n][0], lesions[(n + 1) % lesions.size()][1]);
  }
  EXPECT_LT(same, 0.7 * other);
}

TEST(GenerateRender, TwoShotsOfOneLesionDiffer) {
  const LesionSpec lesion = make_lesion(4, 1, 0);
  Shot a, b;
  b.number = 1;
  EXPECT_GT(mean_difference(render(lesion, a), render(lesion, b)), 3);
}

TEST(GenerateRender, AShotIsAPureFunctionOfItsNumbers) {
  const LesionSpec lesion = make_lesion(4, 1, 2);
  EXPECT_EQ(render(lesion, {}).data, render(make_lesion(4, 1, 2), {}).data);
}

TEST(GenerateRender, FillsFramesOfAnyShape) {
  for (const auto& [width, height] : {std::pair{16, 12}, {32, 24}, {33, 90}, {201, 50}}) {
    Shot shot;
    shot.width = width;
    shot.height = height;
    const Image image = render(make_lesion(9, 3, 6), shot);
    EXPECT_EQ(image.data.size(), static_cast<size_t>(width * height * 3));
  }
}

}  // namespace
}  // namespace derm
