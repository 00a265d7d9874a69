// The contract's text, hash, geometry and numbers against torchvision, Pillow and hashlib.
#include "image/preprocess.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include "base/rng.h"

#include "support/image_cases.h"

namespace derm {
namespace {

using ::testing::Each;
using ::testing::HasSubstr;

constexpr char kDefaultText[] =
    "side_px=224 geometry=stretch filter=bilinear crop_share=0.875 "
    "mean=0.485,0.456,0.406 std=0.229,0.224,0.225";

Preprocess contract_of(const Json& item) {
  Preprocess contract;
  contract.side_px = item.at("side_px");
  contract.geometry = item.at("geometry");
  contract.filter = item.at("filter");
  contract.crop_share = item.at("crop_share");
  contract.mean = item.at("mean").get<std::vector<double>>();
  contract.std = item.at("std").get<std::vector<double>>();
  return contract;
}

// One column per level: every channel of column x is x.
Image levels() {
  Image image(256, 1);
  for (size_t i = 0; i < image.data.size(); ++i) image.data[i] = static_cast<uint8_t>(i / 3);
  return image;
}

std::string message_of(const std::string& text) {
  try {
    Preprocess::from_text(text);
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

std::string replaced(const std::string& from, const std::string& to) {
  std::string text = kDefaultText;
  return text.replace(text.find(from), from.size(), to);
}

TEST(Preprocess, TextAndHashEqualTheGoldenOnes) {
  EXPECT_EQ(Preprocess().text(), kDefaultText);
  for (const auto& item : testing::golden("image_contract")) {
    const Preprocess contract = contract_of(item);
    EXPECT_EQ(contract.text(), item.at("name").get<std::string>());
    EXPECT_EQ(contract.hash(), item.at("sha256").get<std::string>());
    EXPECT_TRUE(Preprocess::from_text(contract.text()) == contract);
  }
}

TEST(Preprocess, TextRoundTripsForRandomNumbers) {
  for (uint64_t i = 0; i < 2000; ++i) {
    Rng rng({3, Purpose::kTest, 0, i, 0});
    Preprocess contract;
    contract.side_px = rng.between(8, 2048);
    contract.crop_share = rng.uniform(0.1, 1);
    for (double& x : contract.mean) x = rng.uniform();
    for (double& x : contract.std) x = rng.uniform(1e-3, 10);
    const Preprocess again = Preprocess::from_text(contract.text());
    EXPECT_EQ(again.text(), contract.text());
    EXPECT_EQ(again.mean, contract.mean);
    EXPECT_EQ(again.std, contract.std);
    EXPECT_EQ(again.crop_share, contract.crop_share);
  }
}

TEST(Preprocess, CleaningIsInTheTextOnlyWhereItIsOn) {
  Preprocess contract;
  contract.clean.hair = true;
  EXPECT_EQ(contract.text(), std::string(kDefaultText) + " hair=true colour_constancy=none");
  EXPECT_TRUE(Preprocess::from_text(contract.text()).clean.hair);
  contract.clean = {false, "shades_of_grey"};
  EXPECT_EQ(contract.text(),
            std::string(kDefaultText) + " hair=false colour_constancy=shades_of_grey");
  const Preprocess again = Preprocess::from_text(contract.text());
  EXPECT_TRUE(again == contract);
  EXPECT_FALSE(again.clean.hair);
  EXPECT_FALSE(again == Preprocess());
}

TEST(Preprocess, CleaningThatIsNotWellFormedIsAnError) {
  const std::string text = kDefaultText;
  EXPECT_THAT(message_of(text + " hair=false colour_constancy=none"), HasSubstr("clean"));
  EXPECT_THAT(message_of(text + " hair=yes colour_constancy=none"), HasSubstr("hair"));
  EXPECT_THAT(message_of(text + " hair=true"), HasSubstr("colour_constancy"));
  EXPECT_THAT(message_of(text + " hair=true colour_constancy=grey"), HasSubstr("shades_of_grey"));
  EXPECT_THAT(message_of(text + " colour_constancy=none"), HasSubstr("follows the last part"));
}

TEST(Preprocess, HashDiffersForEachField) {
  std::set<std::string> seen = {Preprocess().hash()};
  const std::vector<std::pair<std::string, std::string>> changes = {
      {"224 ", "225 "},       {"stretch", "crop"}, {"stretch", "pad"}, {"bilinear", "bicubic"},
      {"0.875", "0.8751"},    {"0.485", "0.4851"}, {"0.456", "0.457"}, {"0.406", "0.4"},
      {"0.229", "0.2290001"}, {"0.224,", "0.2,"},  {"0.225", "1"}};
  for (const auto& [from, to] : changes) {
    const Preprocess contract = Preprocess::from_text(replaced(from, to));
    EXPECT_TRUE(seen.insert(contract.hash()).second) << from << " to " << to;
    EXPECT_FALSE(contract == Preprocess());
  }
}

TEST(Preprocess, FromTextNamesTheWrongPart) {
  EXPECT_THAT(message_of(""), HasSubstr("'side_px' is missing"));
  EXPECT_THAT(message_of(replaced("filter=bilinear ", "")), HasSubstr("'filter' is missing"));
  EXPECT_THAT(message_of(replaced("filter=bilinear", "filtr=bilinear")), HasSubstr("'filter'"));
  EXPECT_THAT(message_of(std::string(kDefaultText) + " x=1"), HasSubstr("the last part"));
  EXPECT_THAT(message_of(std::string(kDefaultText) + " "), HasSubstr("the last part"));
  EXPECT_THAT(message_of(replaced("224 ", "7 ")), HasSubstr("8 to 2048"));
  EXPECT_THAT(message_of(replaced("stretch", "fit")), HasSubstr("stretch, crop, pad"));
  EXPECT_THAT(message_of(replaced("0.406", "0.406,0.5")), HasSubstr("three numbers"));
  EXPECT_THAT(message_of(replaced("0.229", "0")), HasSubstr("'std'"));
}

TEST(Preprocess, FromTextTakesCanonicalNumbersOnly) {
  for (const char* number : {"0.50", ".5", "+0.5", "5e-1", "0.5 ", "nan", "inf", "", "-0", "0x1"})
    EXPECT_THROW(Preprocess::from_text(replaced("0.485", number)), Error) << number;
  EXPECT_THROW(Preprocess::from_text(replaced("224 ", "0224 ")), Error);
  EXPECT_THROW(Preprocess::from_text(replaced("224 ", "224.0 ")), Error);
}

TEST(Fit, EqualsTorchvisionAndPillow) {
  for (const auto& item : testing::golden("image_fit")) {
    Preprocess contract;
    contract.geometry = item.at("name");
    contract.filter = item.at("filter");
    contract.side_px = item.at("side_px");
    contract.crop_share = item.at("crop_share");
    const Image source = testing::formula_picture(item.at("from")[0], item.at("from")[1]);
    EXPECT_EQ(sha256(fit(source, contract).data), item.at("sha256").get<std::string>())
        << item.dump();
  }
}

TEST(Fit, GivesASquareForExtremeShapes) {
  for (const char* geometry : {"stretch", "crop", "pad"})
    for (const auto& [width, height] :
         {std::pair(1, 1), {1, 400}, {400, 1}, {3000, 2}, {1, 1000000}}) {
      Preprocess contract;
      contract.geometry = geometry;
      contract.side_px = 24;
      const Image out = fit(testing::formula_picture(width, height), contract);
      EXPECT_EQ(out.width, 24);
      EXPECT_EQ(out.height, 24);
    }
}

TEST(Fit, RefusesAContractOutOfRange) {
  Preprocess contract;
  contract.geometry = "zoom";
  EXPECT_THROW(fit(Image(4, 4), contract), Error);
  contract = Preprocess();
  contract.mean = {0.5};
  std::vector<float> out(48);
  EXPECT_THROW(normalise(Image(4, 4), contract, Layout::kPlanes, out.data()), Error);
}

TEST(Normalise, EqualsTorchvisionBitForBit) {
  const Image image = levels();
  std::vector<float> planes(image.data.size());
  for (const auto& item : testing::golden("image_contract")) {
    normalise(image, contract_of(item), Layout::kPlanes, planes.data());
    const auto* bytes = reinterpret_cast<const uint8_t*>(planes.data());
    EXPECT_EQ(sha256(ByteView(bytes, planes.size() * sizeof(float))),
              item.at("normalised").get<std::string>());
    for (size_t c = 0; c < 3; ++c)
      for (size_t i = 0; i < 6; ++i)
        EXPECT_FLOAT_EQ(planes[c * 256 + i * 51],
                        item.at("normalised_every_51")[c][i].get<float>());
  }
}

TEST(Normalise, LayoutsHoldTheSameNumbers) {
  const Image image = testing::formula_picture(11, 8);
  std::vector<float> planes(image.data.size()), pixels(image.data.size());
  normalise(image, Preprocess(), Layout::kPlanes, planes.data());
  normalise(image, Preprocess(), Layout::kPixels, pixels.data());
  for (size_t i = 0; i < 88; ++i)
    for (size_t c = 0; c < 3; ++c) EXPECT_EQ(planes[c * 88 + i], pixels[i * 3 + c]);
}

}  // namespace
}  // namespace derm
