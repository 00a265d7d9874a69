#include "deploy/web_site.h"

#include "base/base64.h"
#include "base/error.h"
#include "deploy/embedded.h"
#include "deploy/web_icon.h"
#include "image/encode.h"

namespace derm {
namespace {

// connect-src 'self': whatever the page holds, it can be sent nowhere else.
constexpr const char* kHead =
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
    "script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; style-src 'self'; "
    "img-src 'self' blob: data:; connect-src 'self'; manifest-src 'self'; base-uri 'none'; "
    "form-action 'none'\">\n"
    "<meta name=\"theme-color\" content=\"#0f766e\">\n"
    "<meta name=\"referrer\" content=\"no-referrer\">\n"
    "<link rel=\"manifest\" href=\"manifest.webmanifest\">\n"
    "<link rel=\"apple-touch-icon\" href=\"icon-180.png\">\n";
constexpr int kIconSides[] = {180, 192, 512};

Bytes bytes_of(const std::string& text) {
  return {text.begin(), text.end()};
}

std::string text_of(const Bytes& bytes) {
  return {bytes.begin(), bytes.end()};
}

// Throws Error where the page was changed and the mark is gone.
std::string replaced(std::string text, const std::string& mark, const std::string& by) {
  const size_t at = text.find(mark);
  if (at == std::string::npos) throw Error("the page lacks a mark", "web_site", mark);
  return text.replace(at, mark.size(), by);
}

Json icon_json(int side, const char* purpose) {
  return {{"src", fmt::format("icon-{}.png", side)},
          {"sizes", fmt::format("{0}x{0}", side)},
          {"type", "image/png"},
          {"purpose", purpose}};
}

Json manifest_json(const BundleMetadata& metadata) {
  return {
      {"name", "dermscope: " + metadata.model.arch},
      {"short_name", "dermscope"},
      {"description",
       "Classifies dermoscopic photos on this device. Research use only: not a medical device."},
      {"start_url", "./"},
      {"scope", "./"},
      {"display", "standalone"},
      {"background_color", "#f6faf9"},
      {"theme_color", "#0f766e"},
      {"icons",
       {icon_json(192, "any"), icon_json(512, "any"), icon_json(192, "maskable"),
        icon_json(512, "maskable")}}};
}

// "sha256-" and the digest in base 64, as browsers check it.
std::string integrity_of(const Bytes& bytes) {
  const std::string hex = sha256(ByteView(bytes));
  Bytes digest;
  for (size_t i = 0; i < hex.size(); i += 2)
    digest.push_back(static_cast<uint8_t>(std::stoi(hex.substr(i, 2), nullptr, 16)));
  return "sha256-" + base64(digest);
}

std::string service_worker(const std::string& text, const SiteFiles& files) {
  Json list = Json::array();
  for (const auto& [name, bytes] : files) list.push_back({name, integrity_of(bytes)});
  const std::string version = sha256(text + list.dump()).substr(0, 16);
  return replaced(replaced(text, "@files@", list.dump()), "@version@", version);
}

}  // namespace

SiteFiles web_site(const Bundle& bundle) {
  SiteFiles files;
  for (const auto& [name, bytes] : embedded_site())
    files[name] = Bytes(bytes.data, bytes.data + bytes.size);
  constexpr const char* kMark = "<link rel=\"stylesheet\"";
  files["index.html"] =
      bytes_of(replaced(text_of(files["index.html"]), kMark, kHead + std::string(kMark)));
  files["manifest.webmanifest"] = bytes_of(manifest_json(bundle.metadata).dump(2) + "\n");
  for (const int side : kIconSides)
    files[fmt::format("icon-{}.png", side)] = encode_png(web_icon(side));
  for (const auto& [entry, bytes] : with_sums(bundle.files)) files["bundle/" + entry] = bytes;
  const std::string worker = text_of(files["sw.js"]);
  files.erase("sw.js");  // the list of files cannot hold the file that holds the list
  files["sw.js"] = bytes_of(service_worker(worker, files));
  return files;
}

}  // namespace derm
