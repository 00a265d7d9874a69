#include "train/config.h"

#include <algorithm>
#include <set>

namespace derm {

namespace {

struct TermKeys {
  std::string term;
  double weight = 1, weight_warmup_epochs = 0;
  template <class V, class Self>
  static void visit(V& v, Self& c) {
    v("term", c.term, any(), "name in the table of terms");
    v("weight", c.weight, at_least(0), "factor of the term in the total loss");
    v("weight_warmup_epochs", c.weight_warmup_epochs, at_least(0), "epochs of linear rise");
  }
};

}  // namespace

TermSpec read_term_spec(const Tree& tree) {
  if (!tree.value.is_object() || !tree.has("term"))
    throw Error("a term has no name", tree.where(), "{term: NAME, ...}", tree.value.dump());
  Tree own = tree, options = tree;
  own.value = Json::object();
  for (const char* key : {"term", "weight", "weight_warmup_epochs"})
    if (tree.has(key)) {
      own.value[key] = tree.value[key];
      options.value.erase(key);
    }
  const auto keys = read_config<TermKeys>(own);
  return {keys.term, keys.weight, keys.weight_warmup_epochs, options};
}

double TermSpec::weight_at(int64_t epoch) const {
  if (weight_warmup_epochs <= 0) return weight;
  return weight * std::min(1.0, static_cast<double>(epoch + 1) / weight_warmup_epochs);
}

RunConfig read_run_config(const Tree& tree) {
  auto config = read_config<RunConfig>(tree);
  if (config.stages.empty()) throw Error("the recipe has no stage", tree.where(), "key stages");
  std::set<std::string> names;
  for (const auto& stage : config.stages) {
    if (!names.insert(stage.name).second)
      throw Error("two stages have one name", tree.where(), "each name once", stage.name);
    if (stage.terms.empty())
      throw Error("a stage has no term", tree.where(), "key terms", "stage " + stage.name);
    for (const auto& term : stage.terms) read_term_spec(term);
  }
  if (config.preprocess.mean.size() != 3 || config.preprocess.std.size() != 3)
    throw Error("mean and std need three numbers each", tree.where(), "R, G, B");
  return config;
}

}  // namespace derm
