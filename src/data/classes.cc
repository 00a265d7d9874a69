#include "data/classes.h"

#include <algorithm>

#include "base/strings.h"

namespace derm {
namespace {

struct Spelling {
  const char* text;  // lower case
  const char* short_name;
};

constexpr Spelling kLongNames[] = {
    {"melanoma", "MEL"},
    {"nevus", "NV"},
    {"naevus", "NV"},
    {"melanocytic nevus", "NV"},
    {"melanocytic nevi", "NV"},
    {"basal cell carcinoma", "BCC"},
    {"actinic keratosis", "AK"},
    {"benign keratosis", "BKL"},
    {"pigmented benign keratosis", "BKL"},
    {"dermatofibroma", "DF"},
    {"vascular lesion", "VASC"},
    {"squamous cell carcinoma", "SCC"},
};

size_t rank(const std::string& name) {
  const auto& order = isic_classes();
  return static_cast<size_t>(std::find(order.begin(), order.end(), name) - order.begin());
}

}  // namespace

const std::vector<std::string>& isic_classes() {
  static const std::vector<std::string> names = {"MEL", "NV", "BCC",  "AK",  "AKIEC",
                                                 "BKL", "DF", "VASC", "SCC", "UNK"};
  return names;
}

std::string class_short_name(std::string_view name) {
  std::string text = lower(trim(name));
  std::replace(text.begin(), text.end(), '_', ' ');
  for (const auto& known : isic_classes())
    if (text == lower(known)) return known;
  for (const auto& known : kLongNames)
    if (text == known.text) return known.short_name;
  return "";
}

std::vector<std::string> in_class_order(std::vector<std::string> names) {
  std::sort(names.begin(), names.end(), [](const auto& a, const auto& b) {
    const size_t ra = rank(a), rb = rank(b);
    return ra != rb ? ra < rb : a < b;
  });
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

}  // namespace derm
