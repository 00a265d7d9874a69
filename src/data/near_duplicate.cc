#include "data/near_duplicate.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <mutex>
#include <tuple>

#include "base/error.h"
#include "base/parallel.h"
#include "image/decode.h"
#include "image/resize.h"

namespace derm {
namespace {

constexpr int kSide = kThumbnailSide;
constexpr size_t kPixels = static_cast<size_t>(kSide) * kSide;
constexpr int kBlock = 8;  // frequencies per axis
constexpr int kVariants = 8;

uint64_t bit(int v, int u) {
  return uint64_t{1} << (v * kBlock + u);
}

using Basis = std::array<std::array<double, kSide>, kBlock>;

const Basis& cosines() {
  static const Basis basis = [] {
    Basis out{};
    for (size_t u = 0; u < kBlock; ++u)
      for (size_t x = 0; x < kSide; ++x)
        out[u][x] =
            std::cos(M_PI / kSide * (static_cast<double>(x) + 0.5) * static_cast<double>(u));
    return out;
  }();
  return basis;
}

// Bit v*8+u: the sign of frequency u across and v down; the mean (0, 0) has none.
uint64_t sign_hash(const std::vector<uint8_t>& grey) {
  const auto& basis = cosines();
  std::array<std::array<double, kSide>, kBlock> rows{};  // [u][y]
  for (size_t u = 0; u < kBlock; ++u)
    for (size_t y = 0; y < kSide; ++y)
      for (size_t x = 0; x < kSide; ++x) rows[u][y] += basis[u][x] * grey[y * kSide + x];
  uint64_t hash = 0;
  for (int v = 0; v < kBlock; ++v)
    for (int u = 0; u < kBlock; ++u) {
      double sum = 0;
      for (size_t y = 0; y < kSide; ++y)
        sum += basis[static_cast<size_t>(v)][y] * rows[static_cast<size_t>(u)][y];
      if (sum > 0 && u + v > 0) hash |= bit(v, u);
    }
  return hash;
}

// The hash of the image after the variant's transpose and mirrors: mirroring negates the odd
// frequencies of its axis.
uint64_t turned_hash(uint64_t hash, int variant) {
  uint64_t out = 0;
  for (int v = 0; v < kBlock; ++v)
    for (int u = 0; u < kBlock; ++u) {
      if (u + v == 0) continue;
      bool sign = (hash & ((variant & 4) != 0 ? bit(u, v) : bit(v, u))) != 0;
      if ((variant & 1) != 0 && u % 2 == 1) sign = !sign;
      if ((variant & 2) != 0 && v % 2 == 1) sign = !sign;
      if (sign) out |= bit(v, u);
    }
  return out;
}

std::vector<uint8_t> turned_grey(const std::vector<uint8_t>& grey, int variant) {
  std::vector<uint8_t> out(kPixels);
  for (int y = 0; y < kSide; ++y)
    for (int x = 0; x < kSide; ++x) {
      int from_x = (variant & 1) != 0 ? kSide - 1 - x : x;
      int from_y = (variant & 2) != 0 ? kSide - 1 - y : y;
      if ((variant & 4) != 0) std::swap(from_x, from_y);
      const int to = y * kSide + x, from = from_y * kSide + from_x;
      out[static_cast<size_t>(to)] = grey[static_cast<size_t>(from)];
    }
  return out;
}

// Correlation of two thumbnails without `margin` pixels at each edge.
double correlation(const std::vector<uint8_t>& a, const std::vector<uint8_t>& b, size_t margin) {
  double sa = 0, sb = 0, saa = 0, sbb = 0, sab = 0;
  for (size_t y = margin; y < kSide - margin; ++y)
    for (size_t x = margin; x < kSide - margin; ++x) {
      const double p = a[y * kSide + x], q = b[y * kSide + x];
      sa += p, sb += q, saa += p * p, sbb += q * q, sab += p * q;
    }
  const auto side = static_cast<double>(kSide - 2 * margin);
  const double n = side * side;
  const double variance = (saa - sa * sa / n) * (sbb - sb * sb / n);
  if (variance <= 0) return saa == sbb && sab == saa ? 1 : 0;  // flat: equal or not alike
  return (sab - sa * sb / n) / std::sqrt(variance);
}

// Differing bits, in plain arithmetic that compilers vectorise without special instructions.
int distance(uint64_t a, uint64_t b) {
  uint64_t x = a ^ b;
  x -= (x >> 1) & 0x5555555555555555U;
  x = (x & 0x3333333333333333U) + ((x >> 2) & 0x3333333333333333U);
  x = (x + (x >> 4)) & 0x0F0F0F0F0F0F0F0FU;
  return static_cast<int>((x * 0x0101010101010101U) >> 56);
}

// The best variant of print b against print a, or a similarity of 0.
NearPair match(const std::vector<ImagePrint>& prints, size_t a, size_t b,
               const std::array<uint64_t, kVariants>& hashes, const NearDuplicateOptions& options) {
  NearPair best{a, b, 0, 0};
  for (int variant = 0; variant < kVariants; ++variant) {
    const uint64_t hash = hashes[static_cast<size_t>(variant)];
    if (distance(hash, prints[a].hash) > options.max_distance) continue;
    const auto grey = turned_grey(prints[b].grey, variant);
    const double similarity = correlation(prints[a].grey, grey, 0);
    if (similarity <= best.similarity || similarity < options.min_similarity) continue;
    if (correlation(prints[a].grey, grey, kSide / 4) >= options.min_centre)
      best = {a, b, similarity, variant};
  }
  return best;
}

}  // namespace

ImagePrint image_print(const Image& image) {
  const Image small = resize(image, kSide, kSide, Filter::kBilinear);
  ImagePrint out;
  out.grey.resize(kPixels);
  for (size_t i = 0; i < kPixels; ++i) {
    const uint8_t* p = small.data.data() + 3 * i;
    out.grey[i] = static_cast<uint8_t>((299 * p[0] + 587 * p[1] + 114 * p[2] + 500) / 1000);
  }
  out.hash = sign_hash(out.grey);
  return out;
}

std::vector<NearPair> near_duplicates(const std::vector<ImagePrint>& prints,
                                      const NearDuplicateOptions& options,
                                      const std::function<void(uint64_t)>& progress) {
  std::vector<NearPair> out;
  std::mutex mutex;
  parallel_for(prints.size(), 0, [&](size_t b) {
    if (progress) progress(1);
    if (prints[b].grey.empty()) return;
    std::array<uint64_t, kVariants> hashes{};
    for (int variant = 0; variant < kVariants; ++variant)
      hashes[static_cast<size_t>(variant)] = turned_hash(prints[b].hash, variant);
    for (size_t a = 0; a < b; ++a) {
      int nearest = 64;
      for (const uint64_t hash : hashes)
        nearest = std::min(nearest, distance(hash, prints[a].hash));
      if (nearest > options.max_distance || prints[a].grey.empty()) continue;
      const NearPair pair = match(prints, a, b, hashes, options);
      if (pair.similarity == 0) continue;
      const std::lock_guard<std::mutex> lock(mutex);
      out.push_back(pair);
    }
  });
  std::sort(out.begin(), out.end(),
            [](const auto& x, const auto& y) { return std::tie(x.a, x.b) < std::tie(y.a, y.b); });
  return out;
}

std::vector<ImagePrint> read_prints(const Manifest& manifest,
                                    const std::function<void(uint64_t)>& progress) {
  std::vector<ImagePrint> out(manifest.rows.size());
  parallel_for(out.size(), 0, [&](size_t r) {
    const auto& row = manifest.rows[r];
    try {
      if (!row.sha256.empty()) out[r] = image_print(decode_file(manifest.root / row.path));
    } catch (const Error&) {
      out[r] = {};  // the audit counts it; `data check` says what is wrong with the file
    }
    if (progress) progress(1);
  });
  return out;
}

}  // namespace derm
