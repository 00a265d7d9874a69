#include "image/kernels_avx2.h"

#if defined(__x86_64__)

#include <immintrin.h>

#include <cstring>

// The rest of the program stays plain x86-64: only these functions are compiled for AVX2.
#define DERM_AVX2 __attribute__((target("avx2")))

namespace derm {
namespace {

constexpr int32_t kHalf = 1 << (kWeightBits - 1);
constexpr char kNone = -128;  // a byte that the shuffle sets to 0

// Takes pixel `tap` of 16 bytes in each half to three 32-bit lanes of that half.
DERM_AVX2 __m256i shuffle_of(int tap) {
  const auto byte = [tap](int channel) { return static_cast<char>(tap * 3 + channel); };
  const __m128i half = _mm_setr_epi8(byte(0), kNone, kNone, kNone, byte(1), kNone, kNone, kNone,
                                     byte(2), kNone, kNone, kNone, kNone, kNone, kNone, kNone);
  return _mm256_broadcastsi128_si256(half);
}

DERM_AVX2 __m256i load_halves(const uint8_t* a, const uint8_t* b) {
  const __m128i low = _mm_loadu_si128(reinterpret_cast<const __m128i*>(a));
  const __m128i high = _mm_loadu_si128(reinterpret_cast<const __m128i*>(b));
  return _mm256_inserti128_si256(_mm256_castsi128_si256(low), high, 1);
}

DERM_AVX2 __m256i weighted(__m256i pixels, __m256i shuffle, int32_t weight) {
  return _mm256_mullo_epi32(_mm256_shuffle_epi8(pixels, shuffle), _mm256_set1_epi32(weight));
}

// Sums of the first row in the low half and of the second in the high half, a group of taps each
// turn.
DERM_AVX2 __m256i sum_taps(const uint8_t* a, const uint8_t* b, const int32_t* weights, int count,
                           const __m256i* shuffles) {
  __m256i even = _mm256_set1_epi32(kHalf), odd = _mm256_setzero_si256();
  for (int t = 0; t < count; t += kTapGroup, a += 3 * kTapGroup, b += 3 * kTapGroup) {
    const __m256i pixels = load_halves(a, b);
    even = _mm256_add_epi32(even, weighted(pixels, shuffles[0], weights[t]));
    odd = _mm256_add_epi32(odd, weighted(pixels, shuffles[1], weights[t + 1]));
    even = _mm256_add_epi32(even, weighted(pixels, shuffles[2], weights[t + 2]));
    odd = _mm256_add_epi32(odd, weighted(pixels, shuffles[3], weights[t + 3]));
  }
  return _mm256_srai_epi32(_mm256_add_epi32(even, odd), kWeightBits);
}

DERM_AVX2 void store_pixel(__m128i bytes, uint8_t* out) {
  const int pixel = _mm_cvtsi128_si32(bytes);
  std::memcpy(out, &pixel, 3);
}

DERM_AVX2 void columns(const uint8_t* in_a, const uint8_t* in_b, const Taps& taps, uint8_t* out_a,
                       uint8_t* out_b) {
  const __m256i shuffles[kTapGroup] = {shuffle_of(0), shuffle_of(1), shuffle_of(2), shuffle_of(3)};
  for (size_t i = 0; i < taps.first.size(); ++i, out_a += 3, out_b += 3) {
    const size_t offset = static_cast<size_t>(taps.first[i]) * 3;
    const __m256i sums =
        sum_taps(in_a + offset, in_b + offset, taps.weights_of(i), taps.count[i], shuffles);
    const __m256i words = _mm256_packs_epi32(sums, sums);
    const __m256i bytes = _mm256_packus_epi16(words, words);  // clips to 0-255
    store_pixel(_mm256_castsi256_si128(bytes), out_a);
    store_pixel(_mm256_extracti128_si256(bytes, 1), out_b);
  }
}

// 32 columns of one output row.
DERM_AVX2 void sum_block(const uint8_t* in, size_t stride, const int32_t* weights, int count,
                         uint8_t* out) {
  __m256i sums[4];
  for (__m256i& sum : sums) sum = _mm256_set1_epi32(kHalf);
  for (int t = 0; t < count; ++t, in += stride) {
    const __m256i weight = _mm256_set1_epi32(weights[t]);
    for (int i = 0; i < 4; ++i) {
      const __m128i bytes = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(in + 8 * i));
      sums[i] = _mm256_add_epi32(sums[i], _mm256_mullo_epi32(_mm256_cvtepu8_epi32(bytes), weight));
    }
  }
  for (__m256i& sum : sums) sum = _mm256_srai_epi32(sum, kWeightBits);
  const __m256i bytes = _mm256_packus_epi16(_mm256_packs_epi32(sums[0], sums[1]),
                                            _mm256_packs_epi32(sums[2], sums[3]));
  const __m256i order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(out), _mm256_permutevar8x32_epi32(bytes, order));
}

void rows(const uint8_t* in, size_t stride, const int32_t* weights, int count, uint8_t* out) {
  constexpr size_t kBlock = 32;
  if (stride < kBlock) return portable_kernels().rows(in, stride, weights, count, out);
  for (size_t begin = 0; begin + kBlock <= stride; begin += kBlock)
    sum_block(in + begin, stride, weights, count, out + begin);
  const size_t last = stride - kBlock;  // overlaps the block before: the same bytes again
  sum_block(in + last, stride, weights, count, out + last);
}

}  // namespace

const Kernels* avx2_kernels() {
  static constexpr Kernels kAvx2{columns, rows};
  return __builtin_cpu_supports("avx2") != 0 ? &kAvx2 : nullptr;
}

}  // namespace derm

#else

namespace derm {

const Kernels* avx2_kernels() {
  return nullptr;
}

}  // namespace derm

#endif
