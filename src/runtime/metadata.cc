#include "runtime/metadata.h"

#include <cmath>
#include <set>

#include "base/error.h"
#include "base/strings.h"

namespace derm {
namespace {

constexpr const char* kFormat = "dermdistill-bundle";
constexpr size_t kMaxClasses = 1000;

// An object whose keys are all asked for, or an error.
class Fields {
 public:
  Fields(const Json& json, std::string where) : json_(json), where_(std::move(where)) {
    if (!json.is_object()) throw Error("not an object", where_, "{...}", shown(json));
  }

  const Json& get(const char* key) {
    known_.insert(key);
    const auto found = json_.find(key);
    if (found == json_.end()) throw Error("a key is missing", where_, key);
    return *found;
  }

  Fields object(const char* key) { return {get(key), place(key)}; }

  std::string text(const char* key) {
    const Json& value = get(key);
    if (value.is_null()) return "";
    if (!value.is_string()) throw Error("not a text", place(key), "\"...\"", shown(value));
    return value.get<std::string>();
  }

  double number(const char* key, double low = -1e300, double high = 1e300) {
    const Json& value = get(key);
    const bool right =
        value.is_number() && value.get<double>() >= low && value.get<double>() <= high;
    if (!right)
      throw Error("not a number in range", place(key), fmt::format("{} to {}", low, high),
                  shown(value));
    return value.get<double>();
  }

  double number_or_null(const char* key) { return get(key).is_null() ? 0 : number(key); }

  int64_t count(const char* key) {
    const Json& value = get(key);
    if (value.is_null()) return 0;
    const bool right = value.is_number_integer() && value.get<int64_t>() >= 0;
    if (!right) throw Error("not a count", place(key), "0 or more", shown(value));
    return value.get<int64_t>();
  }

  std::vector<std::string> texts(const char* key) {
    const Json& value = get(key);
    if (!value.is_array() || value.empty() || value.size() > kMaxClasses)
      throw Error("not a list of texts", place(key), "1 to 1000 of them", shown(value));
    std::vector<std::string> out;
    for (const Json& item : value) {
      if (!item.is_string()) throw Error("not a text", place(key), "\"...\"", shown(item));
      out.push_back(item.get<std::string>());
    }
    if (std::set<std::string>(out.begin(), out.end()).size() != out.size())
      throw Error("a name stands twice", place(key));
    return out;
  }

  void finish() const {
    for (const auto& [key, value] : json_.items())
      if (known_.count(key) == 0)
        throw Error("an unknown key", place(key.c_str()),
                    join({known_.begin(), known_.end()}, ", "));
  }

  std::string place(const char* key) const { return where_ + ", " + key; }

 private:
  static std::string shown(const Json& json) {
    const std::string text = json.dump(-1, ' ', true, Json::error_handler_t::replace);
    return text.size() <= 60 ? text : text.substr(0, 60) + "...";
  }

  const Json& json_;
  std::string where_;
  std::set<std::string> known_;
};

void check_version(Fields& root) {
  if (root.text("format") != kFormat)
    throw Error("not a bundle", root.place("format"), kFormat, root.text("format"));
  const int64_t version = root.count("format_version");
  if (version != kBundleVersion)
    throw Error(version > kBundleVersion ? "the bundle is newer than this program"
                                         : "a bundle of an unknown version",
                root.place("format_version"), std::to_string(kBundleVersion),
                std::to_string(version));
}

BundleModel parse_model(Fields f) {
  BundleModel out{f.text("arch"), f.count("parameters"), f.count("macs"), f.text("precision"),
                  f.texts("outputs")};
  if (out.precision != "fp32" && out.precision != "fp16" && out.precision != "int8")
    throw Error("an unknown precision", f.place("precision"), "fp32, fp16 or int8", out.precision);
  f.finish();
  return out;
}

Preprocess parse_contract(Fields f) {
  Preprocess contract = Preprocess::from_text(f.text("text"));
  if (f.text("hash") != contract.hash())
    throw Error("the hash of the preprocessing contract is wrong", f.place("hash"), contract.hash(),
                f.text("hash"));
  if (contract.clean.on())
    throw Error("a bundle cannot clean images", f.place("text"), "a contract without cleaning",
                contract.clean.text());
  f.finish();
  return contract;
}

Calibration parse_calibration(Fields f) {
  Calibration out;
  out.temperature = f.number("temperature", 1e-3, 1e3);
  out.split = f.text("split");
  out.images = f.count("images");
  out.ece_before = f.number_or_null("ece_before");
  out.ece_after = f.number_or_null("ece_after");
  f.finish();
  return out;
}

OperatingPoint parse_point(Fields f, const std::vector<std::string>& classes) {
  OperatingPoint out{f.text("class"),
                     f.text("rule"),
                     f.number("threshold", 0, 1),
                     f.number("sensitivity", 0, 1),
                     f.number("specificity", 0, 1),
                     f.text("split"),
                     f.count("images")};
  for (const auto& name : classes)
    if (name == out.label) {
      f.finish();
      return out;
    }
  throw Error("a threshold of an unknown class", f.place("class"), join(classes, ", "), out.label);
}

QualityLimits parse_quality(Fields f) {
  QualityLimits out{f.number("brightness_low"), f.number("brightness_high"),
                    f.number("sharpness_low"),  f.number("contrast_low"),
                    f.number("energy_low"),     f.text("split"),
                    f.count("images")};
  f.finish();
  return out;
}

std::string parse_cam(Fields& root) {
  if (root.get("cam").is_null()) return "";
  Fields f = root.object("cam");
  std::string kind = f.text("kind");
  if (kind != "exact" && kind != "positionwise")
    throw Error("an unknown kind of activation map", f.place("kind"), "exact or positionwise",
                kind);
  f.finish();
  return kind;
}

void parse_records(Fields& root, BundleMetadata& out) {
  Fields data = root.object("data");
  out.manifest_hash = data.text("manifest_hash");
  out.protocol = data.text("protocol");
  data.finish();
  Fields training = root.object("training");
  out.recipe = training.text("recipe");
  out.weights_sha256 = training.text("weights_sha256");
  training.finish();
  Fields parity = root.object("parity");
  out.parity_images = parity.count("images");
  out.parity_difference = parity.number("max_logit_difference", 0);
  out.parity_limit = parity.number("limit", 0);
  parity.finish();
  out.licence = root.text("licence");
  Fields versions = root.object("versions");
  out.program_version = versions.text("dermdistill");
  versions.count("opset");
  versions.finish();
}

Json or_null(const std::string& text) {
  return text.empty() ? Json(nullptr) : Json(text);
}

Json json_of(const Calibration& c) {
  Json out{{"temperature", c.temperature}, {"split", or_null(c.split)}};
  const bool fitted = !c.split.empty();
  out["images"] = fitted ? Json(c.images) : Json(nullptr);
  out["ece_before"] = fitted ? Json(c.ece_before) : Json(nullptr);
  out["ece_after"] = fitted ? Json(c.ece_after) : Json(nullptr);
  return out;
}

Json json_of(const OperatingPoint& p) {
  return {{"class", p.label},
          {"rule", p.rule},
          {"threshold", p.threshold},
          {"sensitivity", p.sensitivity},
          {"specificity", p.specificity},
          {"split", p.split},
          {"images", p.images}};
}

Json json_of(const QualityLimits& q) {
  return {{"brightness_low", q.brightness_low},
          {"brightness_high", q.brightness_high},
          {"sharpness_low", q.sharpness_low},
          {"contrast_low", q.contrast_low},
          {"energy_low", q.energy_low},
          {"split", q.split},
          {"images", q.images}};
}

}  // namespace

Json to_json(const BundleMetadata& m) {
  Json thresholds = Json::array();
  for (const auto& point : m.thresholds) thresholds.push_back(json_of(point));
  Json out;
  out["format"] = kFormat;
  out["format_version"] = kBundleVersion;
  out["model"] = {{"arch", m.model.arch},
                  {"parameters", m.model.parameters},
                  {"macs", m.model.macs},
                  {"precision", m.model.precision},
                  {"outputs", m.model.outputs}};
  out["classes"] = m.classes;
  out["preprocess"] = {{"text", m.contract.text()}, {"hash", m.contract.hash()}};
  out["calibration"] = json_of(m.calibration);
  out["thresholds"] = thresholds;
  out["cam"] = m.cam.empty() ? Json(nullptr) : Json{{"kind", m.cam}};
  out["quality"] = m.quality ? json_of(*m.quality) : Json(nullptr);
  out["data"] = {{"manifest_hash", m.manifest_hash}, {"protocol", m.protocol}};
  out["training"] = {{"recipe", m.recipe}, {"weights_sha256", m.weights_sha256}};
  out["parity"] = {{"images", m.parity_images},
                   {"max_logit_difference", m.parity_difference},
                   {"limit", m.parity_limit}};
  out["licence"] = m.licence;
  out["versions"] = {{"dermdistill", m.program_version}, {"opset", 17}};
  return out;
}

BundleMetadata parse_metadata(const Json& json, const std::string& where) {
  Fields root(json, where);
  check_version(root);
  BundleMetadata out;
  out.model = parse_model(root.object("model"));
  out.classes = root.texts("classes");
  if (out.classes.size() < 2) throw Error("too few classes", root.place("classes"), "2 or more");
  out.contract = parse_contract(root.object("preprocess"));
  out.calibration = parse_calibration(root.object("calibration"));
  const Json& points = root.get("thresholds");
  if (!points.is_array()) throw Error("not a list", root.place("thresholds"), "[...]");
  for (const Json& point : points)
    out.thresholds.push_back(parse_point({point, root.place("thresholds")}, out.classes));
  out.cam = parse_cam(root);
  if (!root.get("quality").is_null()) out.quality = parse_quality(root.object("quality"));
  parse_records(root, out);
  root.finish();
  return out;
}

}  // namespace derm
