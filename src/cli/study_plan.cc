#include "cli/study_plan.h"

#include "base/error.h"
#include "cli/train_options.h"
#include "train/recipes.h"
#include "zoo/zoo.h"

namespace derm {
namespace {

Json config_of(const Study& study, const StudyCell& cell, const StudyFlags& flags) {
  Tree tree =
      cell_tree(load_recipe(study.row(cell.row).recipe), study, cell, {flags.out, flags.weights});
  adopt_normalisation(tree);
  Tree whole(write_config(read_run_config(tree)));
  scale_config(whole.value, scale_named(flags.scale));
  if (flags.epochs) set_epochs(whole.value, *flags.epochs);
  if (flags.imgsz) whole.value["preprocess"]["side_px"] = *flags.imgsz;
  for (const auto& assignment : flags.assignments) set_value(whole, assignment);
  whole.value["threads"] = flags.threads;
  whole.value["workers"] = flags.threads;
  return write_config(read_run_config(whole));
}

}  // namespace

std::vector<PlannedCell> plan_cells(const Study& study, const StudyFlags& flags) {
  std::vector<PlannedCell> out;
  for (const auto& cell : expand_cells(study, flags.choice)) {
    build_network(cell.network, {});  // an unknown name is an error here, not hours later
    out.push_back({cell, config_of(study, cell, flags)});
  }
  return out;
}

}  // namespace derm
