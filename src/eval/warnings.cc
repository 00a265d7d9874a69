#include "eval/warnings.h"

#include <fmt/format.h>

namespace derm {

std::vector<std::string> metric_warnings(const Metrics& metrics,
                                         const std::vector<std::string>& class_names) {
  std::vector<std::string> out;
  size_t present = 0;
  for (size_t c = 0; c < metrics.per_class.size(); ++c) {
    if (metrics.per_class[c].support() > 0) {
      ++present;
      continue;
    }
    const auto name = c < class_names.size() ? class_names[c] : std::to_string(c);
    out.push_back(fmt::format(
        "class {} has no image: left out of balanced accuracy, macro and weighted means, AUC and "
        "average precision",
        name));
  }
  if (present == 1)
    out.emplace_back("only one class occurs: AUC, average precision and specificity are undefined");
  return out;
}

}  // namespace derm
