#include "runtime/bundle.h"

#include <cmath>

#include "base/error.h"

namespace derm {
namespace {

std::string_view text_of(const Bytes& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

[[noreturn]] void bad_golden(const std::string& where, const std::string& expected) {
  throw Error("a damaged golden file", where, expected);
}

std::vector<double> logits_of(const Json& json, size_t classes, const std::string& where) {
  if (!json.is_array() || json.size() != classes) bad_golden(where, "a logit for each class");
  std::vector<double> out;
  for (const Json& value : json) {
    if (!value.is_number()) bad_golden(where, "numbers");
    out.push_back(value.get<double>());
  }
  return out;
}

std::string text_at(const Json& json, const char* key, const std::string& where) {
  if (!json.is_object() || !json.contains(key) || !json.at(key).is_string())
    bad_golden(where, std::string("a text, ") + key);
  return json.at(key).get<std::string>();
}

void parse_golden(const Json& json, Bundle& bundle, const std::string& where) {
  if (!json.is_object() || !json.contains("images") || !json.at("images").is_array() ||
      !json.contains("tolerance") || !json.at("tolerance").is_number())
    bad_golden(where, "images and tolerance");
  bundle.golden_tolerance = json.at("tolerance").get<double>();
  if (!(bundle.golden_tolerance >= 0)) bad_golden(where, "a tolerance of 0 or more");
  for (const Json& item : json.at("images")) {
    GoldenImage image{text_at(item, "file", where), text_at(item, "pixels_sha256", where), {}};
    bundle.file(image.file);
    if (!item.contains("logits")) bad_golden(where, "logits");
    image.logits = logits_of(item.at("logits"), bundle.metadata.classes.size(), where);
    bundle.golden.push_back(std::move(image));
  }
  if (bundle.golden.empty()) bad_golden(where, "one image or more");
}

}  // namespace

const Bytes& Bundle::file(const std::string& entry) const {
  const auto found = files.find(entry);
  if (found == files.end()) throw Error("an entry is missing", name, entry);
  return found->second;
}

std::string Bundle::model_card() const {
  return std::string(text_of(file("model_card.md")));
}

Bundle parse_bundle(BundleFiles files, const std::string& name) {
  Bundle bundle;
  bundle.name = name;
  bundle.files = std::move(files);
  const std::string metadata = name + ", metadata.json";
  bundle.metadata =
      parse_metadata(parse_json(text_of(bundle.file("metadata.json")), metadata), metadata);
  bundle.file("model.onnx");
  bundle.file("model_card.md");
  const std::string golden = name + ", golden/golden.json";
  parse_golden(parse_json(text_of(bundle.file("golden/golden.json")), golden), bundle, golden);
  return bundle;
}

Bundle read_bundle(const fs::path& path) {
  return parse_bundle(read_bundle_files(path), path.string());
}

Json golden_json(const std::vector<GoldenImage>& golden, double tolerance) {
  Json images = Json::array();
  for (const auto& image : golden)
    images.push_back(
        {{"file", image.file}, {"pixels_sha256", image.pixels_sha256}, {"logits", image.logits}});
  return {{"tolerance", tolerance}, {"images", images}};
}

}  // namespace derm
