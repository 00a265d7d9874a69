// Splits: groups stay whole, classes stay balanced, the published split is reproduced.
#include "data/split.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>
#include <set>

#include "base/rng.h"
#include "support/golden.h"
#include "support/temp_folder.h"

namespace derm {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::message_of;
using testing::TempFolder;

// Made-up lesions of one to six images with ISIC-like imbalance; some images have no lesion.
Dataset made_up(uint64_t seed, size_t lesions) {
  Rng rng({seed, Purpose::kTest, 0, 0, 0});
  Dataset out;
  out.format = "test";
  out.classes = {"MEL", "NV", "DF"};
  for (size_t l = 0; l < lesions; ++l) {
    const double u = rng.uniform();
    const int64_t label = u < 0.7 ? 1 : u < 0.95 ? 0 : 2;
    const int64_t images = rng.chance(0.5) ? 1 : rng.between(2, 6);
    for (int64_t i = 0; i < images; ++i) {
      Record record;
      record.image_id = fmt::format("{}_{}", l, i);
      record.path = record.image_id + ".jpg";
      record.label = label;
      record.lesion_id = images == 1 && rng.chance(0.3) ? "" : fmt::format("L{}", l);
      out.records.push_back(record);
    }
  }
  out.present.assign(out.records.size(), true);
  out.given.assign(out.records.size(), std::nullopt);
  return out;
}

TEST(Split, NeverDividesALesionAndKeepsClassShares) {
  for (uint64_t seed = 0; seed < 100; ++seed) {
    const Dataset dataset = made_up(seed, 400);
    SplitOptions options;
    options.seed = seed;
    const Manifest manifest = split_dataset(dataset, {}, options);
    std::map<std::string, std::set<Split>> splits_of;
    for (const auto& row : manifest.rows)
      if (!row.lesion_id.empty()) splits_of[row.lesion_id].insert(row.split);
    for (const auto& [lesion, splits] : splits_of) ASSERT_EQ(splits.size(), 1U) << lesion;
    const auto train = manifest.counts(Split::kTrain), val = manifest.counts(Split::kVal),
               test = manifest.counts(Split::kTest);
    for (size_t c = 0; c < 3; ++c) {
      const auto n = static_cast<double>(train[c] + val[c] + test[c]);
      ASSERT_NEAR(static_cast<double>(train[c]), 0.7 * n, 3) << "seed " << seed << " class " << c;
      ASSERT_NEAR(static_cast<double>(val[c]), 0.15 * n, 3) << "seed " << seed << " class " << c;
      ASSERT_NEAR(static_cast<double>(test[c]), 0.15 * n, 3) << "seed " << seed << " class " << c;
    }
  }
}

TEST(Split, IsAFunctionOfTheSeed) {
  const Dataset dataset = made_up(1, 100);
  SplitOptions options;
  const std::string zero = split_dataset(dataset, {}, options).hash();
  EXPECT_EQ(split_dataset(dataset, {}, options).hash(), zero);
  options.seed = 1;
  EXPECT_NE(split_dataset(dataset, {}, options).hash(), zero);
}

TEST(Split, SpreadsLargeLesionsOverAllSplits) {
  const Manifest manifest = split_dataset(made_up(3, 2000), {}, {});
  std::map<std::string, int64_t> images;
  std::map<Split, double> lesions;
  std::map<Split, double> total;
  for (const auto& row : manifest.rows) {
    total[row.split] += 1;
    if (images[row.lesion_id.empty() ? row.image_id : row.lesion_id]++ == 0)
      lesions[row.split] += 1;
  }
  const double overall =
      1.0 * static_cast<double>(manifest.rows.size()) / static_cast<double>(images.size());
  for (const Split split : {Split::kTrain, Split::kVal, Split::kTest})
    EXPECT_NEAR(total[split] / lesions[split], overall, 0.1 * overall) << split_name(split);
}

TEST(Split, FoldsPartitionTheImagesAndShareTheTestSet) {
  const Dataset dataset = made_up(2, 300);
  SplitOptions options;
  options.folds = 4;
  options.test_share = 0.2;
  std::vector<int> as_val(dataset.records.size()), as_test(dataset.records.size());
  for (options.fold = 0; options.fold < 4; ++options.fold) {
    const Manifest manifest = split_dataset(dataset, {}, options);
    for (const int64_t row : manifest.indices(Split::kVal)) ++as_val[static_cast<size_t>(row)];
    for (const int64_t row : manifest.indices(Split::kTest)) ++as_test[static_cast<size_t>(row)];
  }
  for (size_t r = 0; r < as_val.size(); ++r) {
    ASSERT_TRUE(as_test[r] == 0 || as_test[r] == 4);
    ASSERT_EQ(as_val[r], as_test[r] == 0 ? 1 : 0);
  }
}

TEST(Split, JoinsImagesOfOneLesionPatientOrBytes) {
  std::vector<Record> records(6);
  records[0].lesion_id = records[1].lesion_id = "L";
  records[1].patient_id = records[2].patient_id = "P";
  records[5].lesion_id = "P";  // a lesion is no patient
  const auto groups = group_images(records, {"a", "b", "c", "d", "d", "e"});
  EXPECT_EQ(groups[0], groups[1]);
  EXPECT_EQ(groups[1], groups[2]);
  EXPECT_EQ(groups[3], groups[4]);
  EXPECT_EQ(std::set<size_t>(groups.begin(), groups.end()).size(), 3U);
}

TEST(Split, WithoutGroupsNeedsPermissionAndIsMarked) {
  const Dataset dataset = made_up(1, 200);
  SplitOptions options;
  options.protocol = "image";
  EXPECT_THAT(message_of([&] { split_dataset(dataset, {}, options); }),
              HasSubstr("--allow-image-split"));
  options.allow_image_split = true;
  const Manifest manifest = split_dataset(dataset, {}, options);
  EXPECT_EQ(manifest.protocol, "image");
  std::map<std::string, std::set<Split>> splits_of;
  for (const auto& row : manifest.rows) splits_of[row.lesion_id].insert(row.split);
  EXPECT_TRUE(std::any_of(splits_of.begin(), splits_of.end(), [](const auto& entry) {
    return !entry.first.empty() && entry.second.size() > 1;
  }));
}

TEST(Split, DspIsEightToTwoByLesionWithATenthOfTrainAsVal) {
  const Dataset dataset = made_up(1, 400);
  SplitOptions options;
  options.protocol = "dsp";
  options.fractions = usual_fractions("dsp");
  const Manifest manifest = split_dataset(dataset, {}, options);
  EXPECT_EQ(manifest.protocol, "dsp");
  EXPECT_FALSE(is_leaky(manifest.protocol));
  const auto total = static_cast<double>(dataset.records.size());
  const auto share = [&](Split split) {
    return static_cast<double>(manifest.indices(split).size()) / total;
  };
  EXPECT_NEAR(share(Split::kTest), 0.2, 0.02);
  EXPECT_NEAR(share(Split::kVal), 0.08, 0.02);
  std::map<std::string, std::set<Split>> splits_of;
  for (const auto& row : manifest.rows)
    if (!row.lesion_id.empty()) splits_of[row.lesion_id].insert(row.split);
  for (const auto& [lesion, splits] : splits_of) EXPECT_EQ(splits.size(), 1U) << lesion;
}

TEST(Split, DspPaperListsCopiesFirstSplitsThemApartAndSaysLeaky) {
  const Dataset dataset = made_up(1, 40);
  const std::vector<std::string> hashes(dataset.records.size(), sha256("x"));
  SplitOptions options;
  options.protocol = "dsp-paper";
  options.target_per_class = 300;
  EXPECT_THAT(message_of([&] { split_dataset(dataset, hashes, options); }),
              HasSubstr("--allow-image-split"));
  options.allow_image_split = true;
  options.fractions = usual_fractions(options.protocol);
  const Manifest manifest = split_dataset(dataset, hashes, options);
  EXPECT_TRUE(is_leaky(manifest.protocol));
  EXPECT_THAT(manifest.protocol, HasSubstr("dsp-paper"));
  EXPECT_TRUE(manifest.details.contains("LEAKY"));
  std::vector<int64_t> per_class(manifest.classes.size());
  std::map<std::string, std::set<Split>> splits_of;
  std::set<std::pair<std::string, int64_t>> seen;
  for (const auto& row : manifest.rows) {
    ++per_class[static_cast<size_t>(row.label)];
    splits_of[row.path].insert(row.split);
    EXPECT_TRUE(seen.emplace(row.path, row.copy).second);
  }
  for (const int64_t count : per_class) EXPECT_GE(count, 300);
  int torn = 0;
  for (const auto& [path, splits] : splits_of)
    torn += splits.count(Split::kTest) != 0 && splits.count(Split::kTrain) != 0;
  EXPECT_GT(torn, static_cast<int>(splits_of.size()) / 3);
  EXPECT_NEAR(static_cast<double>(manifest.indices(Split::kTest).size()),
              0.2 * static_cast<double>(manifest.rows.size()), 5);
}

TEST(Split, KeepsOneSourceForTestWithTheLesionsThatItShows) {
  Dataset dataset = made_up(3, 300);
  for (size_t r = 0; r < dataset.records.size(); ++r)
    dataset.records[r].source = r % 7 == 0 ? "clinic" : r % 7 == 1 ? "" : "hospital";
  SplitOptions options;
  options.protocol = "source";
  options.test_source = "clinic";
  const Manifest manifest = split_dataset(dataset, {}, options);
  std::set<std::string> tested, learned;
  for (const auto& row : manifest.rows) {
    EXPECT_TRUE(row.source != "clinic" || row.split == Split::kTest) << row.image_id;
    if (row.lesion_id.empty()) continue;
    (row.split == Split::kTest ? tested : learned).insert(row.lesion_id);
  }
  for (const auto& lesion : learned) EXPECT_EQ(tested.count(lesion), 0U) << lesion;
  const auto train = static_cast<double>(manifest.indices(Split::kTrain).size());
  const auto val = static_cast<double>(manifest.indices(Split::kVal).size());
  EXPECT_NEAR(train / (train + val), 0.7 / 0.85, 0.02);
  options.test_source = "clinik";
  EXPECT_THAT(message_of([&] { split_dataset(dataset, {}, options); }),
              AllOf(HasSubstr("clinic"), HasSubstr("hospital")));
  options.test_source = "";
  EXPECT_THAT(message_of([&] { split_dataset(dataset, {}, options); }), HasSubstr("--test-source"));
}

TEST(Split, CopiesFillAClassInTurnAndNeverShrinkOne) {
  const auto listed = list_with_copies({0, 1, 0, 1, 1, 1}, 5);
  std::vector<std::pair<size_t, int64_t>> found;
  for (const auto& [record, copy] : listed) found.emplace_back(record, copy);
  const std::vector<std::pair<size_t, int64_t>> expected = {{0, 0}, {1, 0}, {2, 0}, {3, 0}, {4, 0},
                                                            {5, 0}, {0, 1}, {2, 1}, {0, 2}, {1, 1}};
  EXPECT_EQ(found, expected);
  EXPECT_EQ(list_with_copies({0, 0, 0}, 2).size(), 3U);
}

TEST(Split, TakesAGivenTableAndNamesImagesItLacks) {
  const TempFolder folder;
  Dataset dataset = made_up(1, 3);
  SplitOptions options;
  options.protocol = "given";
  std::string text = "image_id,split\n";
  for (const auto& record : dataset.records) text += record.image_id + ",val\n";
  options.split_file = folder.write("s.csv", text);
  EXPECT_EQ(split_dataset(dataset, {}, options).indices(Split::kVal).size(),
            dataset.records.size());
  options.split_file = folder.write("s.csv", "image_id,split\n0_0,val\n");
  dataset.records[1].image_id = "forgotten";
  EXPECT_THAT(message_of([&] { split_dataset(dataset, {}, options); }),
              AllOf(HasSubstr("s.csv"), HasSubstr("forgotten")));
  options.split_file = folder.write("s.csv", "image_id,split\n0_0,val\n0_0,test\n");
  EXPECT_THAT(message_of([&] { split_dataset(dataset, {}, options); }),
              AllOf(HasSubstr("one image in two splits"), HasSubstr("line 3")));
  options.split_file = folder.write("s.csv", "image_id,split\n0_0,dev\n");
  EXPECT_THAT(message_of([&] { split_dataset(dataset, {}, options); }),
              HasSubstr("unknown split 'dev'"));
  options.split_file.clear();
  EXPECT_THAT(message_of([&] { split_dataset(dataset, {}, options); }), HasSubstr("--split-file"));
}

TEST(Split, RefusesOptionsThatDoNotFit) {
  const auto error = [](const std::function<void(SplitOptions&)>& change) {
    SplitOptions options;
    change(options);
    return message_of([&] { check_split_options(options); });
  };
  EXPECT_EQ(error([](auto&) {}), "no error");
  EXPECT_THAT(error([](auto& o) { o.protocol = "leison"; }), HasSubstr("did you mean 'lesion'"));
  EXPECT_THAT(error([](auto& o) { o.fractions = {0.7, 0.2, 0.2}; }), HasSubstr("sum 1.1"));
  EXPECT_THAT(error([](auto& o) { o.fractions = {1.1, -0.1, 0}; }), HasSubstr("negative"));
  EXPECT_THAT(error([](auto& o) { o.folds = 1; }), HasSubstr("--folds"));
  EXPECT_THAT(error([](auto& o) { o.folds = 5, o.fold = 5; }), HasSubstr("from 0 to 4"));
  EXPECT_THAT(error([](auto& o) { o.test_share = 1; }), HasSubstr("--test-share"));
}

TEST(Split, PublishedProtocolIsForItsDatasetOnly) {
  SplitOptions options;
  options.protocol = "ssdkd";
  EXPECT_THAT(message_of([&] { split_dataset(made_up(1, 9), {}, options); }),
              HasSubstr("published split of ISIC 2019"));
}

TEST(Split, PublishedProtocolTakesTheFirstTenthOfTheShuffledRowsAsTest) {
  const Json values = testing::golden("split").at("values");
  std::vector<int64_t> labels(values.at("n").get<size_t>());
  for (size_t r = 0; r < labels.size(); ++r) labels[r] = static_cast<int64_t>(r * r % 8);
  const auto splits = ssdkd_split(labels);
  EXPECT_EQ(std::count(splits.begin(), splits.end(), Split::kTest), values.at("n_test"));
  for (const auto& row : values.at("perm_first20"))
    EXPECT_EQ(splits[row.get<size_t>()], Split::kTest);
  for (const auto& row : values.at("perm_last5"))
    EXPECT_NE(splits[row.get<size_t>()], Split::kTest);
  EXPECT_NEAR(static_cast<double>(std::count(splits.begin(), splits.end(), Split::kVal)),
              22798 / 5.0, 4);
}

TEST(Split, GivesTheRealHam10000SplitAsPublished) {
  DERM_SKIP_WITHOUT_REAL_DATA();
  const Dataset ham = read_dataset(testing::real_data() / "HAM10000");
  SplitOptions options;
  options.protocol = "given";
  options.split_file = testing::real_data() / "HAM10000/split_by_lesion.csv";
  const Manifest manifest = split_dataset(ham, {}, options);
  EXPECT_EQ(manifest.indices(Split::kTrain).size(), 6973U);
  EXPECT_EQ(manifest.indices(Split::kVal).size(), 1508U);
  EXPECT_EQ(manifest.indices(Split::kTest).size(), 1534U);
}

TEST(Split, KeepsTheImagesThatAreThereOfTheRealIsic2019) {
  DERM_SKIP_WITHOUT_REAL_DATA();
  DatasetOptions allow;
  allow.allow.at(static_cast<size_t>(Problem::kMissing)) = true;
  const Dataset isic = read_dataset(testing::real_data() / "ISIC2019", allow);
  SplitOptions options;
  options.protocol = "ssdkd";
  const Manifest manifest = split_dataset(isic, hash_images(isic), options);
  ASSERT_EQ(manifest.rows.size(), 161U);
  const auto all = ssdkd_split(isic.table_labels);
  for (size_t r = 0; r < manifest.rows.size(); ++r)
    ASSERT_EQ(manifest.rows[r].split, all[isic.table_row[r]]);
  const TempFolder folder;
  write_manifest(folder.path() / "isic.csv", manifest);
  EXPECT_EQ(read_manifest(folder.path() / "isic.csv").hash(), manifest.hash());
}

}  // namespace
}  // namespace derm
