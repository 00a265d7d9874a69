// JSON values that keep the order of their keys.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "base/files.h"

namespace derm {

using Json = nlohmann::ordered_json;

// Throws Error naming `where` and the byte of the first mistake; nesting is capped at 200.
Json parse_json(std::string_view text, const std::string& where);
Json read_json(const fs::path& path, uint64_t max_bytes = kMaxTextBytes);
void write_json(const fs::path& path, const Json& value);  // atomic, indented by 2

}  // namespace derm
