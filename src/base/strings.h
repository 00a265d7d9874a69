// Small text functions: split, join, trim, number parsing, and the nearest known name for errors.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace derm {

std::vector<std::string> split(std::string_view text, char separator);
std::string join(const std::vector<std::string>& parts, std::string_view separator);
std::string_view trim(std::string_view text);
std::string lower(std::string_view text);
bool starts_with(std::string_view text, std::string_view prefix);
bool ends_with(std::string_view text, std::string_view suffix);

// The whole text as a number, independent of the locale; nothing where it is not one.
std::optional<double> to_double(std::string_view text);
std::optional<int64_t> to_int(std::string_view text);

// The name of `known` closest to `name` by edit distance; empty where none is near.
std::string nearest(std::string_view name, const std::vector<std::string>& known);

// "; did you mean 'x'?" or nothing.
std::string did_you_mean(std::string_view name, const std::vector<std::string>& known);

}  // namespace derm
