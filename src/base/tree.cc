#include "base/tree.h"

#include <yaml-cpp/yaml.h>

#include "base/error.h"
#include "base/strings.h"

namespace derm {
namespace {

constexpr int kMaxDepth = 64;

using Places = std::map<std::string, std::string>;

std::string below(const std::string& path, const std::string& key) {
  return path.empty() ? key : path + "." + key;
}

Json scalar(const YAML::Node& node) {
  const std::string& text = node.Scalar();
  if (node.Tag() == "!") return text;  // quoted
  if (text.empty() || text == "~" || text == "null") return nullptr;
  if (text == "true" || text == "True") return true;
  if (text == "false" || text == "False") return false;
  if (const auto whole = to_int(text)) return *whole;
  const bool numeric = text.find_first_of("0123456789") != std::string::npos;
  if (const auto number = numeric ? to_double(text) : std::nullopt) return *number;
  return text;
}

struct Converter {
  const std::string& file;
  Places& places;

  Json operator()(const YAML::Node& node, const std::string& path, int depth) {
    const std::string place = fmt::format("{}:{}", file, node.Mark().line + 1);
    if (depth > kMaxDepth) throw Error("nested too deeply", place, "at most 64 levels");
    places[path] = place;
    if (node.IsMap()) return map(node, path, depth);
    if (node.IsSequence()) {
      Json out = Json::array();
      for (const auto& item : node)
        out.push_back((*this)(item, below(path, std::to_string(out.size())), depth + 1));
      return out;
    }
    return node.IsScalar() ? scalar(node) : Json(nullptr);
  }

  Json map(const YAML::Node& node, const std::string& path, int depth) {
    Json out = Json::object();
    for (const auto& entry : node) {
      const std::string place = fmt::format("{}:{}", file, entry.first.Mark().line + 1);
      if (!entry.first.IsScalar()) throw Error("key is not a plain text", place);
      const std::string& key = entry.first.Scalar();
      if (out.contains(key)) throw Error(fmt::format("key '{}' stands twice", key), place);
      out[key] = (*this)(entry.second, below(path, key), depth + 1);
    }
    return out;
  }
};

// Anchors can make a small file describe a huge tree; no config of ours needs them.
void refuse_aliases(const std::string& text, const std::string& file) {
  size_t line = 0;
  for (const auto& row : split(text, '\n')) {
    ++line;
    const auto body = trim(row);
    const size_t colon = body.find(": *");
    if (colon != std::string_view::npos || starts_with(body, "- *") || starts_with(body, "*"))
      throw Error("YAML aliases are not supported", fmt::format("{}:{}", file, line));
  }
}

void emit(YAML::Emitter& out, const Json& value) {
  switch (value.type()) {
    case Json::value_t::object:
      out << YAML::BeginMap;
      for (const auto& [key, item] : value.items()) {
        out << YAML::Key << key << YAML::Value;
        emit(out, item);
      }
      out << YAML::EndMap;
      return;
    case Json::value_t::array:
      out << (value.empty() || value[0].is_primitive() ? YAML::Flow : YAML::Block);
      out << YAML::BeginSeq;
      for (const auto& item : value) emit(out, item);
      out << YAML::EndSeq;
      return;
    case Json::value_t::string: {
      const auto& text = value.get_ref<const std::string&>();
      const YAML::Node plain(text);
      const bool safe = scalar(plain).is_string();
      if (safe)
        out << text;
      else
        out << YAML::DoubleQuoted << text;
      return;
    }
    case Json::value_t::null:
      out << YAML::Null;
      return;
    default:
      out << value.dump();  // numbers and booleans read the same in JSON and YAML
  }
}

// The key or index of `list` that `name` means.
size_t list_index(const Json& list, const std::string& name, const std::string& assignment) {
  std::vector<std::string> known;
  for (size_t i = 0; i < list.size(); ++i) {
    for (const char* key : {"name", "term"})
      if (list[i].is_object() && list[i].contains(key) && list[i][key].is_string()) {
        known.push_back(list[i][key].get<std::string>());
        if (known.back() == name) return i;
        break;
      }
  }
  if (const auto index = to_int(name); index && *index >= 0 && *index < int64_t(list.size()))
    return static_cast<size_t>(*index);
  throw UsageError(fmt::format("no item '{}' in this list{}", name, did_you_mean(name, known)),
                   "--set " + assignment, "one of: " + join(known, ", "));
}

}  // namespace

Tree Tree::child(const std::string& key) const {
  Tree out(value.at(key));
  out.path = below(path, key);
  out.places = places;
  return out;
}

Tree Tree::item(size_t index) const {
  Tree out(value.at(index));
  out.path = below(path, std::to_string(index));
  out.places = places;
  return out;
}

std::string Tree::where() const {
  std::string file = "configuration";
  if (places) {
    for (std::string p = path;;) {  // the nearest enclosing key that has a place
      if (const auto it = places->find(p); it != places->end()) {
        file = it->second;
        break;
      }
      if (p.empty()) break;
      const size_t dot = p.rfind('.');
      p = dot == std::string::npos ? "" : p.substr(0, dot);
    }
  }
  return path.empty() ? file : fmt::format("{}, key {}", file, path);
}

Tree parse_yaml(const std::string& text, const std::string& file) {
  if (text.size() > kMaxConfigBytes)
    throw Error("file too large", file, fmt::format("at most {} bytes", kMaxConfigBytes));
  refuse_aliases(text, file);
  Places places;
  Tree tree;
  try {
    const YAML::Node root = YAML::Load(text);
    if (root.IsDefined() && !root.IsNull()) tree.value = Converter{file, places}(root, "", 0);
  } catch (const YAML::Exception& error) {
    throw Error("invalid YAML",
                fmt::format("{}:{}:{}", file, error.mark.line + 1, error.mark.column + 1), "",
                error.msg);
  }
  tree.places = std::make_shared<const Places>(std::move(places));
  return tree;
}

Tree read_yaml(const fs::path& path) {
  return parse_yaml(read_text(path, kMaxConfigBytes), path.string());
}

std::string to_yaml(const Json& value) {
  YAML::Emitter out;
  emit(out, value);
  return std::string(out.c_str()) + "\n";
}

Tree merge(const Tree& base, const Tree& over) {
  Tree out = base;
  auto places = std::make_shared<Places>();
  if (base.places) *places = *base.places;
  if (over.places)
    for (const auto& [path, place] : *over.places) (*places)[path] = place;
  out.places = places;
  if (!base.value.is_object() || !over.value.is_object()) {
    out.value = over.value;
    return out;
  }
  for (const auto& [key, item] : over.value.items())
    out.value[key] = out.value.contains(key) ? merge(Tree(out.value[key]), Tree(item)).value : item;
  return out;
}

void set_value(Tree& tree, const std::string& assignment) {
  const size_t equals = assignment.find('=');
  if (equals == std::string::npos || equals == 0)
    throw UsageError("not an assignment", "--set " + assignment, "key.path=value");
  const std::string path = assignment.substr(0, equals);
  const Tree value = parse_yaml(assignment.substr(equals + 1), "--set " + assignment);
  const bool is_empty = trim(assignment.substr(equals + 1)).empty();
  Json* at = &tree.value;
  std::string resolved;
  for (const auto& key : split(path, '.')) {
    if (at->is_array()) {
      const size_t index = list_index(*at, key, assignment);
      resolved = below(resolved, std::to_string(index));
      at = &(*at)[index];
      continue;
    }
    if (at->is_null()) *at = Json::object();
    if (!at->is_object())
      throw UsageError("cannot set a key inside a plain value", "--set " + assignment);
    resolved = below(resolved, key);
    at = &(*at)[key];
  }
  *at = is_empty ? Json(nullptr) : value.value;
  Places places = tree.places ? *tree.places : Places();
  places[resolved] = "--set " + assignment;
  tree.places = std::make_shared<const Places>(std::move(places));
}

}  // namespace derm
