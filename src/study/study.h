// A study: the rows of a published table as runs that are made here. A row is a network trained by
// a recipe, on its own or from other rows' networks; it is run for every seed and every protocol.
#pragma once

#include <string>
#include <vector>

#include "base/config.h"

namespace derm {

struct StudyColumn {
  std::string metric, heading;

  template <class V, class Self>
  static void visit(V& v, Self& c) {
    v("metric", c.metric, any(), "a metric of `val`");
    v("heading", c.heading, any(), "what the paper's table calls it");
  }
};

struct StudyRow {
  std::string name, label, recipe = "baseline";
  std::vector<std::string> students, teachers, peers;
  std::vector<int64_t> seeds;
  int64_t epochs = 0;
  Tree settings, stage_settings, term_settings, published;

  std::vector<std::string> needs() const;  // teachers and peers

  template <class V, class Self>
  static void visit(V& v, Self& c) {
    v("name", c.name, any(), "part of the names of its runs");
    v("label", c.label, any(), "what the table calls it");
    v("recipe", c.recipe, any(), "recipe name: `list recipes`");
    v("students", c.students, any(), "networks it trains; empty: the study's");
    v("teachers", c.teachers, any(), "names of rows above whose networks it learns from");
    v("peers", c.peers, any(),
      "names of rows above whose networks train beside its own, from their weights");
    v("seeds", c.seeds, at_least(0), "its own seeds; empty: the study's");
    v("epochs", c.epochs, at_least(0), "of each stage; 0: the study's, or the recipe's");
    v("settings", c.settings, any(), "configuration laid over the recipe and the study's settings");
    v("stage_settings", c.stage_settings, any(), "the same for each stage");
    v("term_settings", c.term_settings, any(), "TERM: {option: value}, after the study's");
    v("published", c.published, any(), "data set: {metric: number, or [lowest, highest]}");
  }
};

struct Study {
  std::string study, title, about, cite, published_protocol;
  std::vector<std::string> protocols = {"lesion"};
  bool common_test = false, pretrained = false;
  int64_t split_seed = 0, target_per_class = 4000, epochs = 0;
  std::vector<std::string> students;
  std::vector<int64_t> seeds = {0, 1, 2};
  Tree settings, stage_settings, term_settings;
  std::vector<StudyColumn> columns;
  std::vector<StudyRow> rows;

  template <class V, class Self>
  static void visit(V& v, Self& c) {
    v("study", c.study, any(), "its name");
    v("title", c.title, any(), "heading of the table");
    v("about", c.about, any(), "one line for people");
    v("cite", c.cite, any(), "where the numbers of `published` stand");
    v("published_protocol", c.published_protocol, any(), "how the paper divided its images");
    v("protocols", c.protocols, one_of({"lesion", "image", "ssdkd", "dsp", "dsp-paper"}),
      "how images are divided: as `data split`");
    v("common_test", c.common_test, any(),
      "all protocols are measured on the same test images (lesion, image and dsp-paper only)");
    v("pretrained", c.pretrained, any(), "networks start from ImageNet weights (--weights)");
    v("split_seed", c.split_seed, at_least(0), "of the split; the same for all runs");
    v("target_per_class", c.target_per_class, within(1, 1000000),
      "dsp-paper and common_test: copies enlarge a class up to this");
    v("epochs", c.epochs, at_least(0), "of each stage; 0: the recipe's");
    v("students", c.students, any(), "networks: `list models`");
    v("seeds", c.seeds, at_least(0), "each row is run once for each");
    v("settings", c.settings, any(), "configuration laid over every recipe");
    v("stage_settings", c.stage_settings, any(),
      "configuration laid over every stage; a stage that is selected by its terms stays so");
    v("term_settings", c.term_settings, any(), "TERM: {option: value}, wherever the term stands");
    v("columns", c.columns, any(), "of the table");
    v("rows", c.rows, any(), "of the table; a teacher stands above its students");
  }

  const StudyRow& row(const std::string& name) const;  // REQUIRES that there is one
  std::vector<std::string> metrics() const;            // of the columns
};

// Throws Error on what cannot be run or shown: two rows of a name, a teacher that is no row above,
// an unknown metric, a row without a network.
Study read_study(const Tree& tree);

// Whether images of one lesion may lie in train and in test.
bool leaks(const std::string& protocol);

// The built-in ones, by name.
struct StudyText {
  std::string name, text;
};
const std::vector<StudyText>& studies();

// A built-in name, or the path of a YAML file. Throws UsageError naming the nearest study.
Study load_study(const std::string& name_or_path);

}  // namespace derm
