#include "base/json.h"

#include "base/error.h"

namespace derm {

Json parse_json(std::string_view text, const std::string& where) {
  constexpr int kMaxDepth = 200;
  // A plain scan first: no value of a million levels is ever built.
  int depth = 0;
  bool in_string = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\')
        ++i;
      else if (c == '"')
        in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '[' || c == '{') {
      if (++depth > kMaxDepth)
        throw Error("invalid JSON", fmt::format("{}, byte {}", where, i), "at most 200 levels");
    } else if (c == ']' || c == '}') {
      --depth;
    }
  }
  try {
    return Json::parse(text);
  } catch (const Json::parse_error& error) {
    throw Error("invalid JSON", fmt::format("{}, byte {}", where, error.byte), "", error.what());
  } catch (const Json::exception& error) {  // a number that no double holds
    throw Error("invalid JSON", where, "", error.what());
  }
}

Json read_json(const fs::path& path, uint64_t max_bytes) {
  return parse_json(read_text(path, max_bytes), path.string());
}

void write_json(const fs::path& path, const Json& value) {
  write_file_atomic(path, value.dump(2) + "\n");
}

}  // namespace derm
