// The manifest: what is written is read back, and hostile files are one error with their place.
#include "data/manifest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/csv.h"

#include "support/temp_folder.h"

namespace derm {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::message_of;
using testing::TempFolder;

ManifestRow row(const std::string& id, int64_t label, Split split) {
  ManifestRow out;
  out.image_id = id;
  out.path = "images/" + id + ".jpg";
  out.label = label;
  out.split = split;
  out.sha256 = sha256(id);
  return out;
}

Manifest small() {
  Manifest manifest;
  manifest.classes = {"MEL", "NV"};
  manifest.protocol = "lesion";
  manifest.details["seed"] = 7;
  manifest.rows = {row("a", 0, Split::kTrain), row("b", 1, Split::kVal), row("c", 1, Split::kTest)};
  manifest.rows[0].lesion_id = "L1";
  manifest.rows[0].age = 45;
  manifest.rows[1].site = "head, \"neck\"";
  manifest.rows[2].source = "Mühlacker";
  return manifest;
}

// Writes a manifest whose table is `table`, with a description that belongs to it.
fs::path write_raw(const TempFolder& folder, const std::string& table) {
  Json json = {
      {"manifest_version", 1}, {"classes", {"MEL", "NV"}},      {"root", "."},
      {"protocol", "lesion"},  {"table_sha256", sha256(table)}, {"details", Json::object()}};
  folder.write("m.json", json.dump());
  return folder.write("m.csv", table);
}

const std::string kHeader =
    "path,sha256,class,split,lesion_id,patient_id,image_id,age,sex,site,source\n";

std::string line(const std::string& path, const std::string& name, const std::string& split,
                 const std::string& id, const std::string& age = "") {
  return csv_line({path, sha256(id), name, split, "", "", id, age, "", "", ""});
}

std::string error_for(const std::string& table) {
  const TempFolder folder;
  const fs::path path = write_raw(folder, table);
  return message_of([&] { read_manifest(path); });
}

TEST(Manifest, ListsCopiesOfAFileInAColumnOfTheirOwn) {
  const TempFolder folder;
  Manifest manifest = small();
  write_manifest(folder.path() / "m.csv", manifest);
  EXPECT_THAT(read_text(folder.path() / "m.csv"), ::testing::Not(HasSubstr("copy")));
  manifest.rows.push_back(manifest.rows[0]);
  manifest.rows[3].image_id = "a_copy2";
  manifest.rows[3].copy = 2;
  write_manifest(folder.path() / "m.csv", manifest);
  const Manifest back = read_manifest(folder.path() / "m.csv");
  EXPECT_EQ(back.rows[0].copy, 0);
  EXPECT_EQ(back.rows[3].copy, 2);
  EXPECT_EQ(back.rows[3].path, back.rows[0].path);
  EXPECT_NE(back.hash(), small().hash());
  manifest.rows[3].copy = 0;
  EXPECT_THAT(message_of([&] { write_manifest(folder.path() / "m.csv", manifest); }),
              HasSubstr("each path once"));
}

TEST(Manifest, RefusesACopyThatIsNoNumber) {
  std::string header = kHeader;
  header.insert(header.size() - 1, ",copy");
  std::string row = line("a.jpg", "MEL", "train", "a");
  for (const char* wrong : {"0", "-1", "x", "1.5", "99999999"})
    EXPECT_THAT(
        error_for(header + std::string(row).insert(row.size() - 1, std::string(",") + wrong)),
        HasSubstr("not the number of a copy"))
        << wrong;
}

TEST(Manifest, ReadsBackWhatItWrote) {
  const TempFolder folder;
  Manifest manifest = small();
  manifest.root = folder.path() / "data";
  write_manifest(folder.path() / "m.csv", manifest);
  const Manifest back = read_manifest(folder.path() / "m.csv");
  EXPECT_EQ(back.classes, manifest.classes);
  EXPECT_EQ(back.root, fs::weakly_canonical(manifest.root));
  EXPECT_EQ(back.protocol, "lesion");
  EXPECT_EQ(back.details["seed"], 7);
  EXPECT_EQ(back.hash(), manifest.hash());
  ASSERT_EQ(back.rows.size(), 3U);
  EXPECT_EQ(back.rows[0].age, 45);
  EXPECT_EQ(back.rows[1].age, -1);
  EXPECT_EQ(back.rows[1].site, "head, \"neck\"");
  EXPECT_EQ(back.rows[2].source, "Mühlacker");
  EXPECT_EQ(back.rows[2].sha256, sha256(std::string_view("c")));
  EXPECT_THAT(back.indices(Split::kVal), ElementsAre(1));
  EXPECT_THAT(back.counts(Split::kTest), ElementsAre(0, 1));
}

TEST(Manifest, MovesTogetherWithTheImagesBelowIt) {
  const TempFolder folder;
  Manifest manifest = small();
  fs::create_directories(folder.path() / "one/data");
  manifest.root = folder.path() / "one/data";
  write_manifest(folder.path() / "one/m.csv", manifest);
  fs::rename(folder.path() / "one", folder.path() / "two");
  EXPECT_EQ(read_manifest(folder.path() / "two/m.csv").root, folder.path() / "two/data");
}

TEST(Manifest, HashDependsOnSplitsButNotOnWhereTheImagesLie) {
  Manifest manifest = small();
  const std::string before = manifest.hash();
  manifest.root = "/elsewhere";
  EXPECT_EQ(manifest.hash(), before);
  manifest.rows[0].split = Split::kTest;
  EXPECT_NE(manifest.hash(), before);
}

TEST(Manifest, NamesFileAndLineOfAWrongRow) {
  const std::string good = line("x.jpg", "MEL", "train", "x");
  EXPECT_THAT(error_for(kHeader + good + line("y.jpg", "MELL", "train", "y")),
              HasSubstr("m.csv, line 3"));
  EXPECT_THAT(error_for(kHeader + good + line("y.jpg", "MELL", "train", "y")),
              HasSubstr("did you mean 'MEL'?"));
  EXPECT_THAT(error_for(kHeader + line("x.jpg", "NV", "dev", "x")),
              HasSubstr("unknown split 'dev'"));
  EXPECT_THAT(error_for(kHeader + line("x.jpg", "NV", "val", "x", "old")), HasSubstr("not an age"));
  EXPECT_THAT(error_for(kHeader + "x.jpg,12ab,NV,val,,,x,,,,\n"), HasSubstr("not a sha256"));
  EXPECT_THAT(error_for(kHeader + good + line("x.jpg", "NV", "val", "y")),
              HasSubstr("duplicate image"));
  EXPECT_THAT(error_for(kHeader + good + line("y.jpg", "NV", "val", "x")),
              HasSubstr("each image_id once"));
  EXPECT_THAT(error_for("path,class\nx.jpg,NV\n"), HasSubstr("no column 'sha256'"));
}

TEST(Manifest, RefusesPathsThatLeaveTheRoot) {
  for (const char* path : {"../x.jpg", "a/../../x.jpg", "/etc/passwd", ""})
    EXPECT_THAT(error_for(kHeader + line(path, "NV", "val", "x")),
                HasSubstr("image path leaves the image root"))
        << path;
}

TEST(Manifest, RefusesHostileText) {
  EXPECT_THAT(error_for(kHeader + line("x.jpg", "NV", "val", "x") + "y.jpg,1,2\n"),
              HasSubstr("row of the wrong length"));
  EXPECT_THAT(error_for(kHeader + line(std::string(5000, 'x'), "NV", "val", "x")),
              HasSubstr("field too long"));
  EXPECT_THAT(error_for(kHeader + line("\xFF\xFE.jpg", "NV", "val", "x")),
              HasSubstr("text is not UTF-8"));
  EXPECT_THAT(error_for(kHeader + line(std::string("x\0.jpg", 6), "NV", "val", "x")),
              HasSubstr("control character"));
}

TEST(Manifest, DetectsATableThatIsNotTheOneDescribed) {
  const TempFolder folder;
  const fs::path path = folder.path() / "m.csv";
  write_manifest(path, small());
  folder.write("m.csv", read_text(path) + line("z.jpg", "NV", "test", "z"));
  EXPECT_THAT(message_of([&] { read_manifest(path); }), HasSubstr("do not belong together"));
  fs::remove(folder.path() / "m.json");
  EXPECT_THAT(message_of([&] { read_manifest(path); }), HasSubstr("lacks its description"));
}

TEST(Manifest, RefusesADescriptionThatIsNotOne) {
  const TempFolder folder;
  const fs::path path = write_raw(folder, kHeader);
  for (const char* text : {"[]", "{}", "{\"manifest_version\": 2}",
                           "{\"manifest_version\": 1, \"classes\": [1], \"root\": \".\","
                           " \"protocol\": \"x\", \"table_sha256\": \"\", \"details\": {}}"}) {
    folder.write("m.json", text);
    EXPECT_THAT(message_of([&] { read_manifest(path); }), HasSubstr("not a manifest description"))
        << text;
  }
}

TEST(Manifest, WritesNothingThatCannotBeReadBack) {
  const TempFolder folder;
  const fs::path path = folder.path() / "m.csv";
  Manifest manifest = small();
  manifest.rows[1].path = "../b.jpg";
  EXPECT_THAT(message_of([&] { write_manifest(path, manifest); }), HasSubstr("manifest row 2"));
  manifest = small();
  manifest.rows[2].label = 2;
  EXPECT_THAT(message_of([&] { write_manifest(path, manifest); }), HasSubstr("label out of range"));
  EXPECT_FALSE(fs::exists(path));
}

}  // namespace
}  // namespace derm
