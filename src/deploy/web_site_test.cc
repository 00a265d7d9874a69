#include "deploy/web_site.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "deploy/web_icon.h"
#include "image/decode.h"
#include "support/tiny_bundle.h"

namespace derm {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using testing::TempFolder;

const Bundle& bundle_for_a_site() {
  static const Bundle kBundle =
      parse_bundle(export_bundle(testing::tiny_network(), {}, {}).files, "b");
  return kBundle;
}

std::string text_in(const SiteFiles& files, const std::string& name) {
  const Bytes& bytes = files.at(name);
  return {bytes.begin(), bytes.end()};
}

TEST(WebSite, HoldsTheBundleAndReadsBackAsOne) {
  const TempFolder folder;
  write_folder(folder.path() / "site", web_site(bundle_for_a_site()));
  EXPECT_EQ(read_bundle(folder.path() / "site" / "bundle").files, bundle_for_a_site().files);
}

TEST(WebSite, ServiceWorkerListsEveryOtherFile) {
  const SiteFiles files = web_site(bundle_for_a_site());
  const std::string worker = text_in(files, "sw.js");
  for (const auto& [name, bytes] : files) {
    const bool listed = worker.find("[\"" + name + "\",\"sha256-") != std::string::npos;
    EXPECT_EQ(listed, name != "sw.js") << name;
  }
  EXPECT_THAT(worker, Not(HasSubstr("@files@")));
  EXPECT_THAT(worker, Not(HasSubstr("@version@")));
}

TEST(WebSite, AnotherModelIsAnotherVersion) {
  Bundle other = bundle_for_a_site();
  other.files["model_card.md"].push_back('\n');
  const SiteFiles a = web_site(bundle_for_a_site()), b = web_site(other);
  EXPECT_EQ(web_site(bundle_for_a_site()), a);
  EXPECT_NE(text_in(a, "sw.js"), text_in(b, "sw.js"));
  EXPECT_EQ(a.at("worker.js"), b.at("worker.js"));
}

TEST(WebSite, ManifestNamesIconsOfTheirSize) {
  const SiteFiles files = web_site(bundle_for_a_site());
  const Json manifest = parse_json(text_in(files, "manifest.webmanifest"), "manifest");
  for (const Json& icon : manifest.at("icons")) {
    const Image image = decode(files.at(icon.at("src")), icon.at("src"));
    EXPECT_EQ(fmt::format("{}x{}", image.width, image.height), icon.at("sizes"));
  }
}

TEST(WebSite, PageMaySendNothingElsewhere) {
  const std::string page = text_in(web_site(bundle_for_a_site()), "index.html");
  const size_t policy = page.find("Content-Security-Policy");
  EXPECT_LT(policy, page.find("<link rel=\"stylesheet\""));
  EXPECT_THAT(page, HasSubstr("default-src 'none'"));
  EXPECT_THAT(page, HasSubstr("connect-src 'self'"));
}

TEST(WebIcon, HasARingAroundASpotOnAPlainGround) {
  const Image icon = web_icon(100);
  const auto pixel = [&](int x, int y) {
    const uint8_t* p = icon.row(y) + static_cast<ptrdiff_t>(3) * x;
    return std::vector<int>{p[0], p[1], p[2]};
  };
  EXPECT_EQ(pixel(0, 0), (std::vector<int>{246, 250, 249}));
  EXPECT_EQ(pixel(50, 50), (std::vector<int>{154, 91, 60}));
  EXPECT_EQ(pixel(50, 24), (std::vector<int>{15, 118, 110}));
}

TEST(WriteFolder, ReplacesItsOwnAndNothingElse) {
  const TempFolder folder;
  const fs::path path = folder.path() / "site";
  write_folder(path, {{"a.txt", {1}}, {"b/c.txt", {2}}});
  write_folder(path, {{"a.txt", {3}}});
  EXPECT_EQ(read_file(path / "a.txt"), Bytes{3});
  EXPECT_FALSE(fs::exists(path / "b"));
  EXPECT_THROW(write_folder(folder.path(), {{"a.txt", {4}}}), Error);
  EXPECT_EQ(read_file(path / "a.txt"), Bytes{3});
}

}  // namespace
}  // namespace derm
