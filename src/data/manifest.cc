#include "data/manifest.h"

#include <algorithm>
#include <functional>
#include <unordered_set>

#include "base/csv.h"
#include "base/error.h"
#include "base/strings.h"

namespace derm {
namespace {

constexpr const char* kSplitNames[] = {"train", "val", "test"};
constexpr const char* kColumns[] = {"path",      "sha256",     "class",    "split",
                                    "lesion_id", "patient_id", "image_id", "age",
                                    "sex",       "site",       "source"};
constexpr size_t kColumnCount = std::size(kColumns);
constexpr char kCopyColumn[] = "copy";
constexpr int64_t kMaxCopy = 1000000;
constexpr size_t kMaxFieldBytes = 4096;
constexpr int64_t kFormatVersion = 1;

fs::path description_path(const fs::path& table) {
  if (table.extension() != ".csv")
    throw Error("a manifest is a .csv file", table.string(), "a name that ends in .csv");
  return fs::path(table).replace_extension(".json");
}

// A field that later ends up in messages, reports and file names.
void check_field(const std::string& text, const std::string& where) {
  if (text.size() > kMaxFieldBytes)
    throw Error("field too long", where, fmt::format("at most {} bytes", kMaxFieldBytes),
                fmt::format("{} bytes", text.size()));
  for (const char c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F)
      throw Error("control character in a field", where, "printable text",
                  fmt::format("byte 0x{:02x}", static_cast<unsigned char>(c)));
  try {
    (void)Json(text).dump();
  } catch (const Json::type_error&) {
    throw Error("text is not UTF-8", where, "UTF-8");
  }
}

// A relative path that stays below the image root.
void check_path(const std::string& text, const std::string& where) {
  const fs::path path(text);
  const bool climbs =
      std::any_of(path.begin(), path.end(), [](const auto& p) { return p == ".."; });
  if (text.empty() || path.is_absolute() || climbs)
    throw Error("image path leaves the image root", where, "a relative path without '..'",
                "'" + text + "'");
}

void check_sha256(const std::string& text, const std::string& where) {
  const bool hex = std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
  });
  if (text.size() != 64 || !hex)
    throw Error("not a sha256", where, "64 lower-case hex digits", "'" + text + "'");
}

int64_t class_named(const std::vector<std::string>& classes, const std::string& name,
                    const std::string& where) {
  const auto it = std::find(classes.begin(), classes.end(), name);
  if (it == classes.end())
    throw Error(fmt::format("unknown class '{}'{}", name, did_you_mean(name, classes)), where,
                join(classes, ", "), name);
  return it - classes.begin();
}

double parse_age(const std::string& text, const std::string& where) {
  if (text.empty()) return -1;
  const auto age = to_double(text);
  if (!age || *age < 0 || *age > 200)
    throw Error("not an age", where, "years from 0 to 200, or nothing", "'" + text + "'");
  return *age;
}

int64_t parse_copy(const std::string& text, const std::string& where) {
  if (text.empty()) return 0;
  const auto number = to_int(text);
  if (!number || *number < 1 || *number > kMaxCopy)
    throw Error("not the number of a copy", where,
                fmt::format("1 to {}, or nothing for the file itself", kMaxCopy), "'" + text + "'");
  return *number;
}

ManifestRow parse_row(const CsvTable& table, const std::array<size_t, kColumnCount>& at, size_t r,
                      const std::vector<std::string>& classes) {
  const auto& fields = table.rows[r];
  const std::string where = table.place(r);
  for (const size_t column : at) check_field(fields[column], where);
  ManifestRow row;
  row.path = fields[at[0]];
  check_path(row.path, where);
  row.sha256 = fields[at[1]];
  check_sha256(row.sha256, where);
  row.label = class_named(classes, fields[at[2]], where);
  row.split = split_named(fields[at[3]], where);
  row.lesion_id = fields[at[4]];
  row.patient_id = fields[at[5]];
  row.image_id = fields[at[6]];
  row.age = parse_age(fields[at[7]], where);
  row.sex = fields[at[8]];
  row.site = fields[at[9]];
  row.source = fields[at[10]];
  return row;
}

std::string table_text(const Manifest& manifest) {
  const bool copies = std::any_of(manifest.rows.begin(), manifest.rows.end(),
                                  [](const auto& row) { return row.copy > 0; });
  std::vector<std::string> columns(std::begin(kColumns), std::end(kColumns));
  if (copies) columns.emplace_back(kCopyColumn);
  std::string text = csv_line(columns);
  for (const auto& row : manifest.rows) {
    std::vector<std::string> fields = {row.path,
                                       row.sha256,
                                       manifest.classes.at(static_cast<size_t>(row.label)),
                                       split_name(row.split),
                                       row.lesion_id,
                                       row.patient_id,
                                       row.image_id,
                                       row.age < 0 ? "" : fmt::format("{}", row.age),
                                       row.sex,
                                       row.site,
                                       row.source};
    if (copies) fields.push_back(row.copy > 0 ? std::to_string(row.copy) : "");
    text += csv_line(fields);
  }
  return text;
}

// Below the manifest's folder the root is stored relative to it, so that both can move together.
std::string stored_root(const fs::path& root, const fs::path& manifest) {
  const fs::path full = fs::weakly_canonical(root);
  const fs::path folder = fs::weakly_canonical(fs::absolute(manifest)).parent_path();
  const fs::path relative = full.lexically_relative(folder);
  const bool below = !relative.empty() && *relative.begin() != "..";
  return below ? relative.generic_string() : full.generic_string();
}

Json count_table(const Manifest& manifest) {
  Json counts = Json::object();
  for (const Split split : {Split::kTrain, Split::kVal, Split::kTest})
    counts[split_name(split)] = manifest.counts(split);
  return counts;
}

void read_description(const fs::path& path, const fs::path& table, const std::string& table_hash,
                      Manifest& manifest) {
  const Json json = read_json(path);
  const auto wrong = [&](const char* expected) {
    throw Error("not a manifest description", path.string(), expected);
  };
  if (!json.is_object() || json.value("manifest_version", Json()) != Json(kFormatVersion))
    wrong("\"manifest_version\": 1");
  for (const char* key : {"classes", "root", "protocol", "table_sha256", "details"})
    if (!json.contains(key)) wrong(fmt::format("a key \"{}\"", key).c_str());
  if (!json["classes"].is_array() || json["classes"].empty()) wrong("\"classes\": a list of names");
  for (const auto& name : json["classes"]) {
    if (!name.is_string()) wrong("\"classes\": a list of names");
    manifest.classes.push_back(name);
  }
  for (const char* key : {"root", "protocol", "table_sha256"})
    if (!json[key].is_string()) wrong(fmt::format("\"{}\": a text", key).c_str());
  if (json["table_sha256"] != table_hash)
    throw Error(
        "the manifest's table and its description do not belong together", table.string(),
        fmt::format("sha256 {} (from {})", json["table_sha256"].get<std::string>(), path.string()),
        fmt::format("sha256 {}; a split is frozen: write another one with 'data split'",
                    table_hash));
  const fs::path root = json["root"].get<std::string>();
  manifest.root = root.is_absolute() ? root : fs::absolute(table).parent_path() / root;
  manifest.root = manifest.root.lexically_normal();
  manifest.protocol = json["protocol"];
  manifest.details = json["details"];
}

void check_unique(const Manifest& manifest, const std::function<std::string(size_t)>& place) {
  std::unordered_set<std::string_view> ids;
  std::unordered_set<std::string> paths;
  for (size_t r = 0; r < manifest.rows.size(); ++r) {
    const auto& row = manifest.rows[r];
    if (!paths.insert(row.copy > 0 ? fmt::format("{}\n{}", row.path, row.copy) : row.path).second)
      throw Error("duplicate image", place(r), "each path once", row.path);
    if (!ids.insert(row.image_id).second)
      throw Error("duplicate image", place(r), "each image_id once", row.image_id);
  }
}

void check_writable(const Manifest& manifest) {
  const auto place = [](size_t r) { return fmt::format("manifest row {}", r + 1); };
  for (size_t r = 0; r < manifest.rows.size(); ++r) {
    const auto& row = manifest.rows[r];
    for (const auto* field : {&row.path, &row.lesion_id, &row.patient_id, &row.image_id, &row.sex,
                              &row.site, &row.source})
      check_field(*field, place(r));
    check_path(row.path, place(r));
    check_sha256(row.sha256, place(r));
    if (row.label < 0 || row.label >= static_cast<int64_t>(manifest.classes.size()))
      throw Error("label out of range", place(r),
                  fmt::format("0 to {}", manifest.classes.size() - 1),
                  fmt::format("{}", row.label));
  }
  check_unique(manifest, place);
}

}  // namespace

const char* split_name(Split split) {
  return kSplitNames[static_cast<size_t>(split)];
}

Split split_named(const std::string& name, const std::string& where) {
  for (const Split split : {Split::kTrain, Split::kVal, Split::kTest})
    if (name == split_name(split)) return split;
  throw Error(fmt::format("unknown split '{}'", name), where, "train, val or test", name);
}

bool is_leaky(const std::string& protocol) {
  return protocol.find(kLeaky) != std::string::npos;
}

std::vector<int64_t> Manifest::indices(Split split) const {
  std::vector<int64_t> out;
  for (size_t r = 0; r < rows.size(); ++r)
    if (rows[r].split == split) out.push_back(static_cast<int64_t>(r));
  return out;
}

std::vector<int64_t> Manifest::counts(Split split) const {
  std::vector<int64_t> out(classes.size(), 0);
  for (const auto& row : rows)
    if (row.split == split) ++out.at(static_cast<size_t>(row.label));
  return out;
}

std::string Manifest::hash() const {
  std::string text = csv_line(classes);
  for (const auto& row : rows)
    text +=
        csv_line({row.image_id, std::to_string(row.label), row.lesion_id, split_name(row.split)});
  return sha256(text);
}

Manifest read_manifest(const fs::path& path) {
  const fs::path description = description_path(path);
  const std::string text = read_text(path);
  if (!fs::exists(description))
    throw Error("a manifest lacks its description", path.string(),
                "the file " + description.string() + " that 'data split' writes beside it");
  Manifest manifest;
  read_description(description, path, sha256(text), manifest);
  const CsvTable table = parse_csv(text, path.string());
  std::array<size_t, kColumnCount> at{};
  for (size_t c = 0; c < kColumnCount; ++c) at[c] = table.column(kColumns[c]);
  const auto copy = table.find(kCopyColumn);
  manifest.rows.reserve(table.rows.size());
  for (size_t r = 0; r < table.rows.size(); ++r) {
    manifest.rows.push_back(parse_row(table, at, r, manifest.classes));
    if (copy) manifest.rows.back().copy = parse_copy(table.rows[r][*copy], table.place(r));
  }
  check_unique(manifest, [&](size_t r) { return table.place(r); });
  return manifest;
}

void write_manifest(const fs::path& path, const Manifest& manifest) {
  const fs::path description = description_path(path);
  check_writable(manifest);
  const std::string text = table_text(manifest);
  Json json = Json::object();
  json["manifest_version"] = kFormatVersion;
  json["classes"] = manifest.classes;
  json["root"] = stored_root(manifest.root, path);
  json["protocol"] = manifest.protocol;
  json["images"] = manifest.rows.size();
  json["counts"] = count_table(manifest);
  json["split_hash"] = manifest.hash();
  json["table_sha256"] = sha256(text);
  json["details"] = manifest.details;
  write_file_atomic(path, text);
  write_json(description, json);
}

}  // namespace derm
