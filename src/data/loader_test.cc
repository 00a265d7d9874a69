#include "data/loader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <set>
#include <thread>

#include "base/error.h"
#include "data/geometry.h"
#include "support/small_images.h"

namespace derm {
namespace {

constexpr int64_t kSamples = 23, kClasses = 3;

Preprocess small_contract() {
  Preprocess contract;
  contract.side_px = 16;
  return contract;
}

Image frame_of(int64_t position) {
  return testing::noise_image(30, 20, static_cast<uint64_t>(position));
}

std::vector<int64_t> some_labels(int64_t samples = kSamples) {
  std::vector<int64_t> labels;
  for (int64_t i = 0; i < samples; ++i) labels.push_back(i % kClasses);
  return labels;
}

Loader training_loader(const LoaderOptions& options, const std::string& pipeline = "modern") {
  AugmentConfig config;
  config.pipeline = pipeline;
  return Loader(frame_of, some_labels(), kClasses, small_contract(),
                make_augment(config, small_contract()), options);
}

struct Seen {
  std::vector<float> images;
  std::vector<int64_t> labels, index;
  bool operator==(const Seen& other) const {
    return images == other.images && labels == other.labels && index == other.index;
  }
};

std::vector<Seen> run(Loader& loader, int64_t epoch, int64_t first_step = 0) {
  std::vector<Seen> out;
  Batch batch;
  loader.start(epoch, first_step);
  while (loader.next(batch)) out.push_back({*batch.images, batch.labels, batch.index});
  return out;
}

class EveryKindOfLoader : public ::testing::TestWithParam<std::tuple<std::string, int64_t>> {
 protected:
  static LoaderOptions options(int64_t workers = 1, int64_t prefetch = 1) {
    LoaderOptions out;
    out.batch_size = 5;
    out.sampler = std::get<0>(GetParam());
    out.target_per_class = 8;  // of classes of 8, 8 and 7 images
    out.views = std::get<1>(GetParam());
    out.workers = workers;
    out.prefetch = prefetch;
    out.seed = 11;
    return out;
  }
};

TEST_P(EveryKindOfLoader, GivesTheSameBatchesForAnyWorkersAndPrefetch) {
  Loader single = training_loader(options());
  const auto expected = run(single, 2);
  ASSERT_EQ(expected.size(), 5U);
  for (const int64_t workers : {0, 1, 2, 4})
    for (const int64_t prefetch : {0, 1, 3, 16}) {
      Loader loader = training_loader(options(workers, prefetch));
      EXPECT_EQ(run(loader, 2), expected) << workers << " workers, prefetch " << prefetch;
    }
}

TEST_P(EveryKindOfLoader, ResumesInsideAnEpoch) {
  Loader whole = training_loader(options());
  const auto expected = run(whole, 3);
  for (int64_t first = 0; first <= 5; ++first) {
    Loader resumed = training_loader(options(2, 2));
    const std::vector<Seen> rest(expected.begin() + first, expected.end());
    EXPECT_EQ(run(resumed, 3, first), rest) << "from step " << first;
  }
}

TEST_P(EveryKindOfLoader, DoesNotDependOnTheEpochsBefore) {
  Loader fresh = training_loader(options());
  const auto expected = run(fresh, 4);
  Loader used = training_loader(options(2, 4));
  for (int64_t epoch = 0; epoch < 4; ++epoch) EXPECT_NE(run(used, epoch), expected);
  used.start(1);  // left in the middle
  Batch batch;
  ASSERT_TRUE(used.next(batch));
  EXPECT_EQ(run(used, 4), expected);
}

TEST_P(EveryKindOfLoader, ChangesWithTheSeed) {
  LoaderOptions other = options();
  other.seed = 12;
  Loader a = training_loader(options()), b = training_loader(other);
  EXPECT_NE(run(a, 0), run(b, 0));
}

INSTANTIATE_TEST_SUITE_P(Samplers, EveryKindOfLoader,
                         ::testing::Combine(::testing::Values("sequential", "shuffle", "balanced",
                                                              "target"),
                                            ::testing::Values(1, 4)));

TEST(Loader, LeavesOutALastBatchThatIsTooSmall) {
  LoaderOptions options;
  options.batch_size = 5;  // 23 = 4 * 5 + 3
  options.drop_below = 3;
  EXPECT_EQ(training_loader(options).batches(), 5);
  options.drop_below = 4;
  Loader loader = training_loader(options);
  EXPECT_EQ(loader.batches(), 4);
  EXPECT_EQ(run(loader, 0).size(), 4U);
  EXPECT_EQ(loader.samples(), 23);
}

TEST(Loader, EvaluationGivesEveryFittedFrameOnceAndNormalised) {
  const Preprocess contract = small_contract();
  LoaderOptions options;
  options.batch_size = 8;
  options.sampler = "sequential";
  options.channels_last = false;
  Loader loader([&](int64_t i) { return fit(frame_of(i), contract); }, some_labels(), kClasses,
                contract, nullptr, options);
  std::vector<float> expected(3 * 16 * 16);
  int64_t position = 0;
  for (const auto& batch : run(loader, 0))
    for (size_t i = 0; i < batch.index.size(); ++i, ++position) {
      EXPECT_EQ(batch.index[i], position);
      EXPECT_EQ(batch.labels[i], position % kClasses);
      normalise(fit(frame_of(position), contract), contract, Layout::kPlanes, expected.data());
      const auto begin = batch.images.begin() + static_cast<int64_t>(i * expected.size());
      EXPECT_TRUE(std::equal(expected.begin(), expected.end(), begin)) << position;
    }
  EXPECT_EQ(position, kSamples);
}

// With the pipeline `none` a view is the fitted quarter turn of the frame or of its mirror.
TEST(Loader, FourViewsAreTheTurnsOfOneFrameMirroredOrNot) {
  LoaderOptions options;
  options.batch_size = kSamples;
  options.views = 4;
  options.sampler = "sequential";
  Loader loader = training_loader(options, "none");
  const Preprocess contract = small_contract();
  const size_t floats = 3 * 16 * 16;
  int mirrored = 0;
  for (int64_t epoch = 0; epoch < 8; ++epoch) {
    const Seen batch = run(loader, epoch).at(0);
    for (int64_t b = 0; b < kSamples; ++b) {
      const auto matches = [&](const Image& frame) {
        bool same = true;
        for (int view = 0; view < 4; ++view) {
          std::vector<float> expected(floats);
          normalise(fit(quarter_turn(frame, view), contract), contract, Layout::kPixels,
                    expected.data());
          same &= std::equal(expected.begin(), expected.end(),
                             batch.images.begin() + static_cast<int64_t>(floats) * (b * 4 + view));
        }
        return same;
      };
      const bool flipped = matches(hflip(frame_of(b)));
      EXPECT_NE(matches(frame_of(b)), flipped) << "epoch " << epoch << " sample " << b;
      mirrored += flipped ? 1 : 0;
    }
  }
  EXPECT_NEAR(mirrored, 92, 4 * 6.8);  // 184 fair coins, four standard deviations
}

TEST(Loader, DoesNotMirrorAtEvaluation) {
  LoaderOptions options;
  options.batch_size = kSamples;
  options.views = 4;
  options.sampler = "sequential";
  const Preprocess contract = small_contract();
  Loader loader([&](int64_t i) { return fit(frame_of(i), contract); }, some_labels(), kClasses,
                contract, nullptr, options);
  const size_t floats = 3 * 16 * 16;
  std::vector<float> expected(floats);
  const Seen batch = run(loader, 0).at(0);
  for (int64_t b = 0; b < kSamples; ++b) {
    normalise(fit(frame_of(b), contract), contract, Layout::kPixels, expected.data());
    EXPECT_TRUE(std::equal(expected.begin(), expected.end(),
                           batch.images.begin() + b * 4 * static_cast<int64_t>(floats)));
  }
}

TEST(Loader, PassesOnAWorkersErrorWithTheImageAfterTheBatchesBeforeIt) {
  LoaderOptions options;
  options.batch_size = 4;
  options.sampler = "sequential";
  const Preprocess contract = small_contract();
  const auto source = [&](int64_t i) {
    if (i == 13) throw Error("not a JPEG or PNG", "bad.jpg");
    return fit(frame_of(i), contract);
  };
  for (const int64_t workers : {1, 3}) {
    options.workers = workers;
    Loader loader(source, some_labels(), kClasses, contract, nullptr, options);
    loader.start(0);
    Batch batch;
    for (int step = 0; step < 3; ++step) ASSERT_TRUE(loader.next(batch));
    for (int twice = 0; twice < 2; ++twice) try {
        loader.next(batch);
        FAIL() << "no error";
      } catch (const Error& error) {
        EXPECT_THAT(error.what(), ::testing::HasSubstr("bad.jpg"));
        EXPECT_THAT(error.what(), ::testing::HasSubstr("sample 13"));
      }
    EXPECT_EQ(run(loader, 0, 4).size(), 2U) << "usable again after start()";
  }
}

TEST(Loader, NamesAFrameOfAnotherSizeThanTheContracts) {
  Loader loader(frame_of, some_labels(), kClasses, small_contract(), nullptr, {});
  loader.start(0);
  Batch batch;
  try {
    loader.next(batch);
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), ::testing::HasSubstr("16 x 16"));
    EXPECT_THAT(error.what(), ::testing::HasSubstr("30 x 20"));
  }
}

TEST(Loader, RefusesOptionsAndLabelsOutOfRange) {
  const auto make = [](LoaderOptions options, std::vector<int64_t> labels) {
    Loader(frame_of, std::move(labels), kClasses, small_contract(), nullptr, options);
  };
  LoaderOptions options;
  options.batch_size = 0;
  EXPECT_THROW(make(options, {0}), Error);
  options = {};
  options.views = 2;
  EXPECT_THROW(make(options, {0}), Error);
  options = {};
  options.sampler = "random";
  EXPECT_THROW(make(options, {0}), Error);
  EXPECT_THROW(make({}, {0, 3}), Error);
  EXPECT_THROW(make({}, {-1}), Error);
  EXPECT_NO_THROW(make({}, {}));
}

TEST(Loader, IsOverAtOnceWithoutImages) {
  Loader loader(frame_of, {}, kClasses, small_contract(), nullptr, {});
  EXPECT_EQ(loader.batches(), 0);
  EXPECT_TRUE(run(loader, 0).empty());
}

TEST(Loader, NeverMakesMoreThanPrefetchBatchesAhead) {
  std::atomic<int64_t> made{0};
  const Preprocess contract = small_contract();
  LoaderOptions options;
  options.batch_size = 1;
  options.prefetch = 3;
  options.workers = 4;
  Loader loader(
      [&](int64_t i) {
        ++made;
        return fit(frame_of(i), contract);
      },
      some_labels(), kClasses, contract, nullptr, options);
  loader.start(0);
  Batch batch;
  for (int64_t given = 1; given <= kSamples; ++given) {
    ASSERT_TRUE(loader.next(batch));
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
    EXPECT_LE(made, given + 3);
  }
}

TEST(Loader, StopsPromptlyInTheMiddleOfABatch) {
  LoaderOptions options;
  options.batch_size = 5000;
  std::atomic<int64_t> made{0};
  {
    const Preprocess contract = small_contract();
    Loader loader(
        [&](int64_t i) {
          ++made;
          std::this_thread::sleep_for(std::chrono::milliseconds(1));
          return fit(frame_of(i), contract);
        },
        some_labels(5000), kClasses, contract, nullptr, options);
    loader.start(0);
    while (made == 0) std::this_thread::yield();
  }
  EXPECT_LT(made, 2500);
}

TEST(Loader, UsesTheSameBuffersAgain) {
  LoaderOptions options;
  options.batch_size = 1;
  options.prefetch = 2;
  Loader loader = training_loader(options);
  std::set<const float*> buffers;
  Batch batch;
  for (int64_t epoch = 0; epoch < 4; ++epoch) {
    loader.start(epoch);
    while (loader.next(batch)) buffers.insert(batch.images->data());
  }
  EXPECT_LE(buffers.size(), 5U);  // two made, two ready, one with the caller
}

TEST(Loader, ABatchOutlivesItsLoader) {
  Batch batch;
  std::vector<float> copy;
  {
    Loader loader = training_loader({});
    loader.start(0);
    ASSERT_TRUE(loader.next(batch));
    copy = *batch.images;
  }
  EXPECT_EQ(*batch.images, copy);
}

// Of the pipeline dspkd: the first of an image is the plain one, the others are made from it.
TEST(Loader, TargetTransformsRepeatsAndLeavesFirstOccurrencesPlain) {
  LoaderOptions options;
  options.batch_size = 30;
  options.sampler = "target";
  options.target_per_class = 40;
  AugmentConfig config;
  config.pipeline = "dspkd";
  const Preprocess contract = small_contract();
  const std::vector<int64_t> labels = {0, 0, 1, 0};
  Loader loader(frame_of, labels, 2, contract, make_augment(config, contract), options);
  EXPECT_EQ(loader.samples(), 80);
  EXPECT_EQ(loader.batches(), 3);
  const int64_t floats = 3 * 16 * 16;
  std::vector<int> drawn(4), plain(4);
  for (const auto& batch : run(loader, 0))
    for (size_t i = 0; i < batch.index.size(); ++i) {
      const auto position = static_cast<size_t>(batch.index[i]);
      EXPECT_EQ(batch.labels[i], labels[position]);
      std::vector<float> expected(floats);
      normalise(fit(frame_of(batch.index[i]), contract), contract, Layout::kPixels,
                expected.data());
      const auto begin = batch.images.begin() + static_cast<int64_t>(i) * floats;
      const bool same = std::equal(expected.begin(), expected.end(), begin);
      const bool first = drawn[position]++ == 0;
      EXPECT_TRUE(same || !first) << position;
      plain[position] += same ? 1 : 0;
    }
  EXPECT_EQ(drawn[2], 40);
  EXPECT_EQ(drawn[0] + drawn[1] + drawn[3], 40);
  EXPECT_LT(plain[2], 12);  // the original, and copies by the identity
}

// A rare image that comes up again in the same epoch must not look the same again.
TEST(Loader, RepeatsOfTheBalancedSamplerAreAugmentedEachOnItsOwn) {
  LoaderOptions options;
  options.batch_size = 40;
  options.sampler = "balanced";
  std::vector<int64_t> labels(40, 0);
  labels[7] = 1;
  const AugmentConfig config;
  Loader loader(frame_of, labels, 2, small_contract(), make_augment(config, small_contract()),
                options);
  const Seen batch = run(loader, 0).at(0);
  std::set<std::vector<float>> looks;
  int64_t repeats = 0;
  const int64_t floats = 3 * 16 * 16;
  for (int64_t i = 0; i < 40; ++i)
    if (batch.index[static_cast<size_t>(i)] == 7) {
      ++repeats;
      looks.emplace(batch.images.begin() + i * floats, batch.images.begin() + (i + 1) * floats);
    }
  EXPECT_GT(repeats, 5);
  EXPECT_EQ(static_cast<int64_t>(looks.size()), repeats);
}

}  // namespace
}  // namespace derm
