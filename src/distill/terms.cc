#include "distill/terms.h"

#include "distill/ce.h"
#include "distill/kd.h"

namespace derm {
namespace {

// One line of the table from an option struct and a factory.
template <class Options>
TermEntry entry(std::string name, std::string about, std::string citation,
                std::unique_ptr<Term> (*make)(const TermContext&, const Options&)) {
  return {std::move(name), std::move(about), std::move(citation), config_fields<Options>(),
          [make](const TermContext& context, const Tree& options) {
            return make(context, read_config<Options>(options));
          }};
}

}  // namespace

const std::vector<TermEntry>& terms() {
  static const std::vector<TermEntry> table = {
      entry<CeOptions>("ce", "cross-entropy with the labels, class-weighted, label smoothing",
                       "Wang et al. 2023 (SSD-KD), eq. 3", new_ce),
      entry<KdOptions>("kd", "KL divergence of tempered class probabilities",
                       "Hinton et al. 2015; Wang et al. 2023 (SSD-KD), eq. 2", new_kd),
  };
  return table;
}

const Graph& TermContext::teacher() const {
  if (teachers.empty()) throw Error("this recipe needs a teacher", "", "--teacher RUN or FILE");
  return *teachers.front();
}

std::unique_ptr<Term> make_term(const std::string& name, const TermContext& context,
                                const Tree& options) {
  std::vector<std::string> names;
  for (const auto& row : terms()) {
    if (row.name == name) return row.make(context, options);
    names.push_back(row.name);
  }
  throw Error(fmt::format("unknown term '{}'{}", name, did_you_mean(name, names)), options.where(),
              "one of: " + join(names, ", "));
}

}  // namespace derm
