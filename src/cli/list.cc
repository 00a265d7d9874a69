// `dermdistill list models|terms|recipes|studies`: the tables, one line each.
#include <array>
#include <cstdio>

#include "base/error.h"
#include "base/log.h"
#include "cli/command.h"
#include "distill/terms.h"
#include "eval/table.h"
#include "study/study.h"
#include "train/recipes.h"
#include "zoo/zoo.h"

namespace derm {
namespace {

void print(const TextTable& table) {
  std::fputs(table.str().c_str(), stdout);
}

// Parameters and MMACs, or dashes for a network that takes no input of that side.
std::array<std::string, 2> cost_cells(const NetworkEntry& entry, const NetworkOptions& options) {
  try {
    const Cost c = cost(entry.build(options));
    return {format_count(c.parameters), fmt::format("{:.1f}", static_cast<double>(c.macs) / 1e6)};
  } catch (const Error& error) {
    log_warn("{}", error.what());
    return {"-", "-"};
  }
}

void list_models(const NetworkOptions& options) {
  TextTable table({"model", "parameters", "MMACs", "about", "source"});
  for (const auto& entry : networks()) {
    const auto [parameters, mmacs] = cost_cells(entry, options);
    table.add({entry.name, parameters, mmacs, entry.about, entry.citation});
  }
  print(table);
}

void list_terms() {
  TextTable table({"term", "option", "default", "allowed", "about"});
  for (const auto& entry : terms()) {
    table.add({entry.name, "", "", "", entry.about + " (" + entry.citation + ")"});
    for (const auto& option : entry.options)
      table.add({"", option.key, option.value, option.allowed, option.help});
  }
  print(table);
}

void list_recipes() {
  TextTable table({"recipe", "about", "source"});
  for (const auto& recipe : recipes()) {
    const Tree tree = load_recipe(recipe.name);
    table.add({recipe.name, tree.value.value("about", ""), tree.value.value("cite", "")});
  }
  print(table);
}

void list_studies() {
  TextTable table({"study", "about", "source"});
  for (const auto& entry : studies()) {
    const Study study = load_study(entry.name);
    table.add({study.study, study.about, study.cite});
  }
  print(table);
}

}  // namespace

void add_list(CLI::App& parent, int&) {
  auto* list =
      parent.add_subcommand("list", "print the networks, terms, recipes and studies there are");
  list->require_subcommand(1);
  list->footer("Example:\n  dermdistill list models --classes 8 --imgsz 224");
  auto* models = list->add_subcommand("models", "networks with parameters and multiply-adds");
  auto options = std::make_shared<NetworkOptions>();
  options->side_px = 224;
  models->add_option("--classes", options->classes, "classes of the head")
      ->capture_default_str()
      ->check(CLI::Range(1, 100000));
  models->add_option("--imgsz", options->side_px, "side of the input, pixels")
      ->capture_default_str()
      ->check(CLI::Range(1, 65536));
  models->footer("Example:\n  dermdistill list models --classes 7 --imgsz 128");
  models->callback([options] { list_models(*options); });
  auto* all_terms = list->add_subcommand("terms", "loss terms and their options");
  all_terms->footer("Example:\n  dermdistill list terms");
  all_terms->callback(list_terms);
  auto* all_recipes = list->add_subcommand("recipes", "methods that are built in");
  all_recipes->footer("Example:\n  dermdistill list recipes");
  all_recipes->callback(list_recipes);
  auto* all_studies = list->add_subcommand("studies", "published tables that `study` runs");
  all_studies->footer("Example:\n  dermdistill list studies");
  all_studies->callback(list_studies);
}

}  // namespace derm
