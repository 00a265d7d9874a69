// Contracts of the base layer: config visiting, trees, CSV, keyed random numbers, atomic files.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <functional>
#include <set>

#include "base/config.h"
#include "base/csv.h"
#include "base/parallel.h"
#include "base/rng.h"

namespace derm {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct Inner {
  double lr = 0.1;
  std::string kind = "sgd";
  template <class V, class Self>
  static void visit(V& v, Self& c) {
    v("lr", c.lr, above(0), "learning rate");
    v("kind", c.kind, one_of({"sgd", "adamw"}), "optimizer");
  }
};

struct Outer {
  int64_t epochs = 3;
  bool shuffle = true;
  Inner optim;
  std::vector<Inner> list;
  std::vector<std::string> names;
  template <class V, class Self>
  static void visit(V& v, Self& c) {
    v("epochs", c.epochs, at_least(1), "passes");
    v("shuffle", c.shuffle, any(), "order");
    v("optim", c.optim, any(), "");
    v("list", c.list, any(), "");
    v("names", c.names, any(), "");
  }
};

std::string message_of(const std::function<void()>& body) {
  try {
    body();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

Outer read(const std::string& yaml) {
  return read_config<Outer>(parse_yaml(yaml, "t.yaml"));
}

TEST(Config, ReadsNestedValuesAndKeepsDefaults) {
  const auto c = read("epochs: 5\noptim: {lr: 1e-2}\nlist:\n  - {kind: adamw}\nnames: [a, b]\n");
  EXPECT_EQ(c.epochs, 5);
  EXPECT_TRUE(c.shuffle);
  EXPECT_DOUBLE_EQ(c.optim.lr, 0.01);
  ASSERT_EQ(c.list.size(), 1U);
  EXPECT_EQ(c.list[0].kind, "adamw");
  EXPECT_THAT(c.names, ElementsAre("a", "b"));
}

TEST(Config, RoundTripsThroughYaml) {
  auto c = read("names: ['1', 'true', x]\nlist: [{lr: 3}]\n");
  const auto again = read(to_yaml(write_config(c)));
  EXPECT_EQ(write_config(again), write_config(c));
  EXPECT_THAT(again.names, ElementsAre("1", "true", "x"));
}

TEST(Config, NamesFileKeyRangeAndNearestName) {
  EXPECT_THAT(message_of([] { read("optim:\n  lrr: 1\n"); }),
              ::testing::AllOf(HasSubstr("t.yaml:2"), HasSubstr("optim.lrr"),
                               HasSubstr("did you mean 'lr'")));
  EXPECT_THAT(message_of([] { read("epochs: 0\n"); }),
              ::testing::AllOf(HasSubstr("at least 1"), HasSubstr("found:    0")));
  EXPECT_THAT(message_of([] { read("epochs: many\n"); }), HasSubstr("a whole number"));
  EXPECT_THAT(message_of([] { read("optim: {kind: sdg}\n"); }), HasSubstr("sgd, adamw"));
  EXPECT_THAT(message_of([] { read("a: [\n"); }), HasSubstr("invalid YAML"));
  EXPECT_THAT(message_of([] { read("epochs: 1\nepochs: 2\n"); }), HasSubstr("twice"));
  EXPECT_THAT(message_of([] { read("a: &x 1\nb: *x\n"); }), HasSubstr("aliases"));
}

TEST(Tree, SetEntersListsByNameAndByIndex) {
  Tree tree = parse_yaml("stages:\n  - {name: one, lr: 1}\n  - {name: two, lr: 1}\n", "t");
  set_value(tree, "stages.two.lr=5");
  set_value(tree, "stages.0.lr=7");
  EXPECT_EQ(tree.value["stages"][1]["lr"], 5);
  EXPECT_EQ(tree.value["stages"][0]["lr"], 7);
  EXPECT_THROW(set_value(tree, "stages.three.lr=1"), UsageError);
  EXPECT_THROW(set_value(tree, "no assignment"), UsageError);
}

TEST(Tree, DeepYamlIsAnErrorNotACrash) {
  std::string deep;
  for (int i = 0; i < 500; ++i) deep += "[";
  EXPECT_THROW(parse_yaml(deep + std::string(500, ']'), "t"), Error);
  EXPECT_THROW(parse_json(std::string(100000, '['), "t"), Error);
  EXPECT_THROW(parse_json("1e999999", "t"), Error);
}

TEST(Tree, MergeReplacesListsAndJoinsMaps) {
  const Tree out = merge(parse_yaml("a: {x: 1, y: 2}\nl: [1, 2]\n", "base"),
                         parse_yaml("a: {y: 3}\nl: [9]\n", "over"));
  EXPECT_EQ(out.value.dump(), R"({"a":{"x":1,"y":3},"l":[9]})");
  EXPECT_THAT(out.child("a").child("y").where(), HasSubstr("over:1"));
}

TEST(Csv, ReadsQuotesAndKeepsLines) {
  const auto t = parse_csv(
      "\xEF\xBB\xBF"
      "a,b\r\n\"x,\"\"y\"\"\",2\n\n3,4",
      "t.csv");
  EXPECT_THAT(t.header, ElementsAre("a", "b"));
  ASSERT_EQ(t.rows.size(), 2U);
  EXPECT_EQ(t.rows[0][0], "x,\"y\"");
  EXPECT_EQ(t.place(1), "t.csv, line 4");
  EXPECT_EQ(csv_line(t.rows[0]), "\"x,\"\"y\"\"\",2\n");
}

TEST(Csv, ErrorsNameFileAndLine) {
  EXPECT_THAT(message_of([] { parse_csv("a,b\n1\n", "t.csv"); }), HasSubstr("t.csv, line 2"));
  EXPECT_THAT(message_of([] { parse_csv("a,b\n\"1,2\n", "t.csv"); }), HasSubstr("unclosed"));
  EXPECT_THAT(message_of([] { parse_csv("a,a\n", "t.csv"); }), HasSubstr("duplicate"));
  EXPECT_THAT(message_of([] { parse_csv("", "t.csv"); }), HasSubstr("empty"));
  EXPECT_THAT(message_of([] { parse_csv("label\n1\n", "t.csv").column("lable"); }),
              HasSubstr("did you mean 'label'"));
}

// Known answer of Philox4x32-10 for zero counter and key, from the authors' Random123 tests.
TEST(Rng, EqualsTheReferenceGenerator) {
  RngKey key;
  key.purpose = static_cast<Purpose>(0);
  Rng rng(key);
  EXPECT_EQ(rng.next(), 0x6627e8d5U);
  EXPECT_EQ(rng.next(), 0xe169c58dU);
  EXPECT_EQ(rng.next(), 0xbc57ac4cU);
  EXPECT_EQ(rng.next(), 0x9b00dbd8U);
}

TEST(Rng, KeysGiveSeparateStreams) {
  std::set<uint64_t> seen;
  for (uint64_t seed : {0, 1})
    for (uint64_t epoch : {0, 1})
      for (uint64_t sample : {0, 1})
        for (uint32_t view : {0U, 1U})
          for (Purpose p : {Purpose::kAugment, Purpose::kShuffle})
            seen.insert(derive_seed({seed, p, epoch, sample, view}));
  EXPECT_EQ(seen.size(), 32U);
}

TEST(Rng, DrawsHaveTheRightMoments) {
  Rng rng({7, Purpose::kTest, 0, 0, 0});
  double sum = 0, squares = 0, normal = 0, normal_squares = 0;
  const int n = 100000;
  for (int i = 0; i < n; ++i) {
    const double u = rng.uniform(), z = rng.normal();
    sum += u, squares += u * u, normal += z, normal_squares += z * z;
  }
  EXPECT_NEAR(sum / n, 0.5, 0.005);
  EXPECT_NEAR(squares / n, 1.0 / 3, 0.005);
  EXPECT_NEAR(normal / n, 0, 0.015);
  EXPECT_NEAR(normal_squares / n, 1, 0.02);
}

class Files : public ::testing::Test {
 protected:
  void SetUp() override { fs::create_directories(folder_); }
  void TearDown() override { fs::remove_all(folder_); }
  fs::path folder_ = fs::temp_directory_path() / fmt::format("derm_base_{}", ::getpid());
};

TEST_F(Files, AtomicFileLeavesTheOldContentWithoutCommit) {
  const fs::path path = folder_ / "a";
  write_file_atomic(path, "old");
  {
    AtomicFile file(path);
    file.write("new content");
  }
  EXPECT_EQ(read_text(path), "old");
  EXPECT_EQ(list_files(folder_).size(), 1U);
  write_file_atomic(path, "new");
  EXPECT_EQ(read_text(path), "new");
}

TEST_F(Files, ReadNamesTheFileAndTheCap) {
  write_file_atomic(folder_ / "big", std::string(100, 'x'));
  EXPECT_THAT(message_of([&] { read_file(folder_ / "big", 10); }), HasSubstr("at most 10 bytes"));
  EXPECT_THAT(message_of([&] { read_file(folder_ / "none"); }), HasSubstr("none"));
}

TEST_F(Files, Sha256EqualsTheStandardVector) {
  EXPECT_EQ(sha256(std::string_view("abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  write_file_atomic(folder_ / "abc", "abc");
  EXPECT_EQ(sha256_file(folder_ / "abc"), sha256(std::string_view("abc")));
  EXPECT_EQ(MappedFile(folder_ / "abc").bytes().size, 3U);
}

TEST(ParallelFor, VisitsEachIndexOnceAndPassesOnErrors) {
  std::vector<int> seen(1000, 0);
  parallel_for(seen.size(), 4, [&](size_t i) { ++seen[i]; });
  EXPECT_THAT(seen, ::testing::Each(1));
  EXPECT_THROW(parallel_for(10, 3,
                            [](size_t i) {
                              if (i == 5) throw Error("five");
                            }),
               Error);
}

}  // namespace
}  // namespace derm
