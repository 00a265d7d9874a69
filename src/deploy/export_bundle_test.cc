#include "deploy/export_bundle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/zip_archive.h"
#include "runtime/predictor.h"
#include "runtime/verify.h"
#include "support/mutate.h"
#include "support/tiny_bundle.h"

namespace derm {
namespace {

using testing::drawn_images;
using ::testing::HasSubstr;
using testing::message_of;
using testing::TempFolder;
using testing::tiny_network;

BundleFiles small_bundle() {
  static const BundleFiles files = export_bundle(tiny_network(), {}, {}).files;
  return files;
}

BundleFiles with_metadata(const std::function<void(Json&)>& change) {
  BundleFiles files = small_bundle();
  const Bytes& bytes = files.at("metadata.json");
  Json json = parse_json({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, "metadata");
  change(json);
  const std::string text = json.dump();
  files["metadata.json"] = Bytes(text.begin(), text.end());
  return files;
}

std::string refusal_of(const std::function<void(Json&)>& change) {
  return message_of([&] { parse_bundle(with_metadata(change), "b"); });
}

TEST(ExportBundle, GivesABundleThatVerifiesItself) {
  const TempFolder folder;
  const LabelledFiles validation = drawn_images(folder);
  int64_t seen = 0;
  const ExportResult result =
      export_bundle(tiny_network(), validation, {}, [&](int64_t n) { seen += n; });
  EXPECT_EQ(seen, 16);
  EXPECT_LE(result.differences.at("logits"), 1e-4);
  const Predictor predictor(parse_bundle(result.files, "b"));
  EXPECT_EQ(verify(predictor).size(), 4u);
  const BundleMetadata& m = predictor.bundle().metadata;
  EXPECT_EQ(m.parity_images, 20);
  EXPECT_EQ(m.calibration.images, 16);
  EXPECT_EQ(m.calibration.split, "val");
  EXPECT_EQ(m.thresholds.size(), 4u);  // MEL, BCC, AK, SCC
  EXPECT_EQ(m.cam, "exact");
  ASSERT_TRUE(m.quality.has_value());
  EXPECT_LT(m.quality->brightness_low, m.quality->brightness_high);
  EXPECT_THAT(predictor.bundle().model_card(), HasSubstr("not a medical device"));
}

TEST(ExportBundle, CalibratesTheProbabilitiesOfTheModel) {
  const TempFolder folder;
  const ExportResult result = export_bundle(tiny_network(), drawn_images(folder), {});
  const Predictor predictor(parse_bundle(result.files, "b"));
  const double t = predictor.bundle().metadata.calibration.temperature;
  const Prediction p = predictor.predict(result.files.at("golden/landscape.jpg"), "landscape.jpg");
  double sum = 0;
  for (const double logit : p.logits) sum += std::exp(logit / t);
  for (size_t k = 0; k < p.logits.size(); ++k)
    EXPECT_NEAR(p.probabilities[k], std::exp(p.logits[k] / t) / sum, 1e-5);
}

TEST(ExportBundle, FailsWhereTheExportedLogitsAreNotThoseOfTheNetwork) {
  EXPECT_THAT(message_of([] { export_bundle(tiny_network(2e-4), {}, {}); }),
              HasSubstr("other logits than the network"));
  ExportOptions loose;
  loose.max_difference = 1e-3;
  EXPECT_NO_THROW(export_bundle(tiny_network(2e-4), {}, loose));
}

TEST(ExportBundle, RefusesAContractThatCleans) {
  TrainedNetwork network = tiny_network();
  network.contract.clean.hair = true;
  EXPECT_THAT(message_of([&] { export_bundle(network, {}, {}); }), HasSubstr("cannot clean"));
}

TEST(Predictor, ExplainsWithMapsAndAnOverlayOfTheFittedImage) {
  const Predictor predictor(parse_bundle(small_bundle(), "b"));
  const Image image = predictor.fitted(small_bundle().at("golden/odd.png"), "odd.png");
  const auto maps = predictor.class_maps(image);
  ASSERT_EQ(maps.size(), 8u);
  const Shape features =
      testing::tiny_graph(testing::kTinyClasses, testing::kTinySide).shape("features");
  EXPECT_EQ(maps[0].width, features.width);
  EXPECT_EQ(predictor.class_overlay(image, 3).width, testing::kTinySide);
  EXPECT_TRUE(predictor.predict({image}).front().warnings.empty());  // it has no limits
}

TEST(Bundle, IsTheSameAsAFolderAndAsAZipFile) {
  const TempFolder folder;
  for (const char* name : {"a.bundle", "a.zip"}) {
    const fs::path path = folder.path() / name;
    write_bundle_files(path, small_bundle(), false);
    EXPECT_EQ(read_bundle(path).files, small_bundle()) << name;
    EXPECT_THAT(message_of([&] { write_bundle_files(path, small_bundle(), false); }),
                HasSubstr("exists already"));
    EXPECT_NO_THROW(write_bundle_files(path, small_bundle(), true));
  }
  write_bundle_files(folder.path() / "b.zip", small_bundle(), false);
  EXPECT_EQ(read_file(folder.path() / "a.zip"), read_file(folder.path() / "b.zip"));
}

TEST(Bundle, NamesTheEntryThatWasEditedAddedOrRemoved) {
  const TempFolder folder;
  const fs::path path = folder.path() / "b";
  const auto message = [&] { return message_of([&] { read_bundle(path); }); };
  for (const auto& [entry, bytes] : small_bundle()) {
    write_bundle_files(path, small_bundle(), true);
    Bytes edited = bytes;
    edited[edited.size() / 2] ^= 1;
    write_file_atomic(path / entry, ByteView(edited));
    EXPECT_THAT(message(), HasSubstr(entry)) << entry;
    fs::remove(path / entry);
    EXPECT_THAT(message(), HasSubstr("entry is missing")) << entry;
  }
  write_bundle_files(path, small_bundle(), true);
  write_file_atomic(path / "more.txt", std::string_view("x"));
  EXPECT_THAT(message(), HasSubstr("without a hash"));
  fs::remove(path / "more.txt");
  fs::create_symlink("/etc/hostname", path / "link.md");
  EXPECT_THAT(message(), HasSubstr("not a plain file"));
}

TEST(Bundle, RefusesNamesThatLeadOutOfIt) {
  const TempFolder folder;
  for (const char* name : {"../evil.md", "/evil.md", "a b.md", "x/"}) {
    write_zip(folder.path() / "b.zip", {{name, {1}}});
    EXPECT_THAT(message_of([&] { read_bundle(folder.path() / "b.zip"); }),
                HasSubstr("a name that a bundle cannot have"))
        << name;
  }
}

TEST(Bundle, SaysThatItIsNewerBeforeAnythingElse) {
  EXPECT_THAT(refusal_of([](Json& j) {
                j["format_version"] = 2;
                j["later"] = true;
              }),
              HasSubstr("newer than this program"));
}

TEST(Bundle, RefusesMetadataByKey) {
  EXPECT_THAT(refusal_of([](Json& j) { j["later"] = 1; }), HasSubstr("unknown key"));
  EXPECT_THAT(refusal_of([](Json& j) { j.erase("cam"); }), HasSubstr("cam"));
  EXPECT_THAT(refusal_of([](Json& j) { j["classes"] = {"MEL", "MEL"}; }), HasSubstr("twice"));
  EXPECT_THAT(refusal_of([](Json& j) { j["calibration"]["temperature"] = 0; }),
              HasSubstr("temperature"));
  EXPECT_THAT(refusal_of([](Json& j) { j["preprocess"]["hash"] = "00"; }), HasSubstr("hash"));
  EXPECT_THAT(refusal_of([](Json& j) { j["format"] = "other"; }), HasSubstr("not a bundle"));
}

TEST(Bundle, RefusesAModelThatIsNotWhatTheMetadataSay) {
  const auto files = with_metadata([](Json& j) {
    std::string text = j["preprocess"]["text"];
    Preprocess contract = Preprocess::from_text(text);
    contract.side_px = 64;
    j["preprocess"] = {{"text", contract.text()}, {"hash", contract.hash()}};
  });
  EXPECT_THAT(message_of([&] { Predictor predictor(parse_bundle(files, "b")); }),
              HasSubstr("another shape"));
}

TEST(Bundle, VerificationNamesTheImageWithAnotherAnswer) {
  BundleFiles files = small_bundle();
  files["golden/odd.png"] = files["golden/dark.jpg"];
  EXPECT_THAT(message_of([&] { verify(Predictor(parse_bundle(files, "b"))); }),
              HasSubstr("other pixels"));
}

TEST(DamagedBundles, OfAZipFileAreRefused) {
  const TempFolder folder;
  const fs::path path = folder.path() / "b.zip";
  write_zip(path, {{"metadata.json", {'{', '}'}}, {"SHA256SUMS", Bytes(70, 'a')}});
  const auto refused = property::survive(read_file(path), 500, [&](const Bytes& bytes) {
    write_file_atomic(path, ByteView(bytes));
    read_bundle(path);
  });
  EXPECT_EQ(refused, 500);
}

TEST(DamagedBundles, OfMetadataAndGoldenAnswersAreRefusedOrRead) {
  for (const char* entry : {"metadata.json", "golden/golden.json"}) {
    BundleFiles files = small_bundle();
    const Bytes good = files.at(entry);
    const auto refused = property::survive(good, 1000, [&](const Bytes& bytes) {
      files[entry] = bytes;
      parse_bundle(files, "b");
    });
    EXPECT_GT(refused, 500) << entry;
  }
}

TEST(DamagedBundles, OfAModelAreRefusedOrRun) {
  BundleFiles files = small_bundle();
  const Bytes good = files.at("model.onnx");
  const auto refused = property::survive(good, 300, [&](const Bytes& bytes) {
    files["model.onnx"] = bytes;
    const Predictor predictor(parse_bundle(files, "b"));
    predictor.predict(files.at("golden/odd.png"), "odd.png");
  });
  EXPECT_GT(refused, 50);
}

}  // namespace
}  // namespace derm
