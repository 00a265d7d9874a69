// The written folder: same bytes, tables that agree with the files, refusals.
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "base/csv.h"
#include "base/error.h"
#include "base/interrupt.h"
#include "data/generate.h"
#include "image/decode.h"

namespace derm {
namespace {

class GenerateDataset : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
    folder_ = fs::path(::testing::TempDir()) / (std::string("generate_") + test->name());
    fs::remove_all(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  fs::path write(const std::string& name, int64_t seed, int64_t threads) const {
    GenerateOptions options;
    options.images = 14;
    options.imgsz = 48;
    options.seed = seed;
    options.threads = threads;
    generate_dataset(folder_ / name, options);
    return folder_ / name;
  }

  fs::path folder_;
};

std::map<std::string, std::string> hashes(const fs::path& root) {
  std::map<std::string, std::string> found;
  for (const auto& file : list_files(root))
    found[fs::relative(file, root).string()] = sha256_file(file);
  return found;
}

TEST_F(GenerateDataset, WritesTheSameBytesForAnyNumberOfThreads) {
  const auto one = hashes(write("one", 5, 1));
  EXPECT_EQ(one.size(), 16U);
  EXPECT_EQ(one, hashes(write("two", 5, 2)));
  EXPECT_EQ(one, hashes(write("four", 5, 4)));
}

TEST_F(GenerateDataset, AnotherSeedDrawsOtherImages) {
  const auto a = hashes(write("a", 5, 2)), b = hashes(write("b", 6, 2));
  for (const auto& [name, hash] : a) EXPECT_NE(hash, b.at(name)) << name;
}

TEST_F(GenerateDataset, TablesAgreeWithTheFiles) {
  const fs::path root = write("set", 1, 2);
  const CsvTable truth = read_csv(root / "ISIC_2019_Training_GroundTruth.csv");
  const CsvTable people = read_csv(root / "ISIC_2019_Training_Metadata.csv");
  EXPECT_EQ(truth.header, (std::vector<std::string>{"image", "MEL", "NV", "BCC", "AK", "BKL", "DF",
                                                    "VASC", "SCC", "UNK"}));
  EXPECT_EQ(people.header, (std::vector<std::string>{"image", "age_approx", "anatom_site_general",
                                                     "lesion_id", "sex"}));
  std::set<std::string> named;
  ASSERT_EQ(truth.rows.size(), people.rows.size());
  for (size_t r = 0; r < truth.rows.size(); ++r) {
    EXPECT_EQ(truth.rows[r][0], people.rows[r][0]);
    named.insert(truth.rows[r][0] + ".jpg");
    EXPECT_EQ(std::count(truth.rows[r].begin() + 1, truth.rows[r].end(), "1.0"), 1);
    EXPECT_EQ(std::count(truth.rows[r].begin() + 1, truth.rows[r].end(), "0.0"), 8);
    EXPECT_EQ(truth.rows[r].back(), "0.0");
  }
  std::set<std::string> present;
  for (const auto& file : list_files(root / "ISIC_2019_Training_Input")) {
    present.insert(file.filename().string());
    const Image image = decode_file(file);
    EXPECT_EQ(image.width, 64);
    EXPECT_EQ(image.height, 48);
  }
  EXPECT_EQ(named, present);
}

TEST_F(GenerateDataset, RefusesAFolderThatIsNotEmpty) {
  fs::create_directories(folder_);
  write_file_atomic(folder_ / "notes.txt", std::string_view("mine"));
  GenerateOptions options;
  options.images = 1;
  options.imgsz = 32;
  EXPECT_THROW(generate_dataset(folder_, options), Error);
  EXPECT_EQ(list_files(folder_).size(), 1U);
  options.exist_ok = true;
  generate_dataset(folder_, options);
  EXPECT_EQ(read_text(folder_ / "notes.txt"), "mine");
  EXPECT_EQ(list_files(folder_).size(), 4U);
}

TEST_F(GenerateDataset, RefusesAFileInPlaceOfTheFolder) {
  fs::create_directories(folder_);
  write_file_atomic(folder_ / "file", std::string_view("x"));
  EXPECT_THROW(generate_dataset(folder_ / "file", {}), Error);
}

TEST_F(GenerateDataset, CountsEveryImageOnce) {
  GenerateOptions options;
  options.images = 9;
  options.imgsz = 32;
  options.threads = 3;
  uint64_t count = 0;
  generate_dataset(folder_, options, [&](uint64_t n) { count += n; });
  EXPECT_EQ(count, 9U);
}

TEST_F(GenerateDataset, LeavesNoTablesWhenInterrupted) {
  GenerateOptions options;
  options.images = 9;
  options.imgsz = 32;
  options.threads = 1;
  EXPECT_THROW(generate_dataset(folder_, options, [](uint64_t) { request_interrupt(); }),
               Interrupted);
  clear_interrupt();
  EXPECT_FALSE(fs::exists(folder_ / "ISIC_2019_Training_GroundTruth.csv"));
  EXPECT_FALSE(fs::exists(folder_ / "ISIC_2019_Training_Metadata.csv"));
}

}  // namespace
}  // namespace derm
