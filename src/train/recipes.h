// Recipes: YAML files of recipes/, built into the program; a path names a user's own.
#pragma once

#include <string>
#include <vector>

#include "base/tree.h"

namespace derm {

struct RecipeText {
  std::string name, text;
};

// The built-in ones, by name.
const std::vector<RecipeText>& recipes();

// A built-in name, or a path of a YAML file. Throws Error naming the nearest recipe.
Tree load_recipe(const std::string& name_or_path);

}  // namespace derm
