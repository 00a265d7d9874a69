// `dermdistill list models|terms|recipes`: the tables, one line each.
#include <cstdio>

#include "cli/command.h"
#include "distill/terms.h"
#include "eval/table.h"
#include "train/recipes.h"
#include "zoo/zoo.h"

namespace derm {
namespace {

void print(const TextTable& table) {
  std::fputs(table.str().c_str(), stdout);
}

void list_models(int64_t classes, int64_t side_px) {
  TextTable table({"model", "parameters", "MMACs", "about", "source"});
  for (const auto& entry : networks()) {
    NetworkOptions options;
    options.classes = classes;
    options.side_px = side_px;
    const Cost c = cost(entry.build(options));
    table.add({entry.name, format_count(c.parameters),
               fmt::format("{:.1f}", static_cast<double>(c.macs) / 1e6), entry.about,
               entry.citation});
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

}  // namespace

void add_list(CLI::App& parent, int&) {
  auto* list = parent.add_subcommand("list", "print the networks, terms and recipes there are");
  list->require_subcommand(1);
  list->footer("Example:\n  dermdistill list models --classes 8 --imgsz 224");
  auto* models = list->add_subcommand("models", "networks with parameters and multiply-adds");
  auto classes = std::make_shared<int64_t>(8);
  auto side = std::make_shared<int64_t>(224);
  models->add_option("--classes", *classes, "classes of the head")->capture_default_str();
  models->add_option("--imgsz", *side, "side of the input, pixels")->capture_default_str();
  models->footer("Example:\n  dermdistill list models --classes 7 --imgsz 128");
  models->callback([classes, side] { list_models(*classes, *side); });
  auto* all_terms = list->add_subcommand("terms", "loss terms and their options");
  all_terms->footer("Example:\n  dermdistill list terms");
  all_terms->callback(list_terms);
  auto* all_recipes = list->add_subcommand("recipes", "methods that are built in");
  all_recipes->footer("Example:\n  dermdistill list recipes");
  all_recipes->callback(list_recipes);
}

}  // namespace derm
