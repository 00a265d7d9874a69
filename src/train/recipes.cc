#include "train/recipes.h"

#include "base/error.h"
#include "base/strings.h"

namespace derm {

Tree load_recipe(const std::string& name_or_path) {
  std::vector<std::string> names;
  for (const auto& recipe : recipes()) {
    if (recipe.name == name_or_path) return parse_yaml(recipe.text, "recipe " + recipe.name);
    names.push_back(recipe.name);
  }
  const bool is_path = name_or_path.find('/') != std::string::npos ||
                       ends_with(name_or_path, ".yaml") || ends_with(name_or_path, ".yml");
  if (is_path) return read_yaml(name_or_path);
  throw UsageError(
      fmt::format("unknown recipe '{}'{}", name_or_path, did_you_mean(name_or_path, names)), "",
      "one of: " + join(names, ", ") + "; or the path of a YAML file");
}

}  // namespace derm
