#include "study/cell.h"

#include <algorithm>
#include <set>

namespace derm {
namespace {

template <class T>
bool holds(const std::vector<T>& list, const T& item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

std::vector<int64_t> seeds_of(const Study& study, const StudyRow& row, const CellChoice& choice) {
  if (!row.seeds.empty()) return row.seeds;
  return choice.seeds.empty() ? study.seeds : choice.seeds;
}

const std::vector<std::string>& networks_of(const Study& study, const StudyRow& row) {
  return row.students.empty() ? study.students : row.students;
}

void add_with_teachers(const Study& study, const std::string& name, std::set<std::string>& out) {
  if (!out.insert(name).second) return;
  for (const auto& needed : study.row(name).needs()) add_with_teachers(study, needed, out);
}

std::set<std::string> chosen_rows(const Study& study, const std::vector<std::string>& recipes) {
  std::set<std::string> out;
  for (const auto& wanted : recipes) {
    bool found = false;
    for (const auto& row : study.rows)
      if (row.name == wanted || row.recipe == wanted) {
        found = true;
        add_with_teachers(study, row.name, out);
      }
    if (!found) throw UsageError("no row of the study has this recipe", study.study, "", wanted);
  }
  if (recipes.empty())
    for (const auto& row : study.rows) out.insert(row.name);
  return out;
}

std::string cell_name(const Study& study, const std::string& protocol, const StudyRow& row,
                      const std::string& network, int64_t seed) {
  const bool one = networks_of(study, row).size() == 1;
  return fmt::format("{}_{}_{}{}", protocol, row.name, one ? "" : network + "_", seed);
}

std::vector<std::string> cells_of(const Study& study, const std::string& protocol,
                                  const std::vector<std::string>& rows, int64_t seed,
                                  const CellChoice& choice) {
  std::vector<std::string> out;
  for (const auto& name : rows) {
    const auto& row = study.row(name);
    const auto seeds = seeds_of(study, row, choice);
    out.push_back(cell_name(study, protocol, row, row.students.front(),
                            holds(seeds, seed) ? seed : seeds.front()));
  }
  return out;
}

StudyCell make_cell(const Study& study, const std::string& protocol, const StudyRow& row,
                    const std::string& network, int64_t seed, const CellChoice& choice) {
  return {cell_name(study, protocol, row, network, seed),
          protocol,
          row.name,
          network,
          seed,
          cells_of(study, protocol, row.teachers, seed, choice),
          cells_of(study, protocol, row.peers, seed, choice)};
}

std::vector<std::string> chosen_protocols(const Study& study, const CellChoice& choice) {
  if (study.common_test)
    for (const auto& protocol : choice.protocols)
      if (protocol == "ssdkd" || protocol == "dsp")
        throw UsageError("the protocol has a test set of its own", study.study,
                         "lesion, image or dsp-paper", protocol);
  return choice.protocols.empty() ? study.protocols : choice.protocols;
}

}  // namespace

std::vector<StudyCell> expand_cells(const Study& study, const CellChoice& choice) {
  const auto rows = chosen_rows(study, choice.recipes);
  const auto protocols = chosen_protocols(study, choice);
  size_t most_seeds = 0;
  for (const auto& row : study.rows)
    most_seeds = std::max(most_seeds, seeds_of(study, row, choice).size());
  std::vector<StudyCell> out;
  std::set<std::string> names;
  for (size_t s = 0; s < most_seeds; ++s)
    for (const auto& row : study.rows) {
      const auto seeds = seeds_of(study, row, choice);
      if (rows.count(row.name) == 0 || s >= seeds.size()) continue;
      for (const auto& network : networks_of(study, row))
        for (const auto& protocol : protocols) {
          out.push_back(make_cell(study, protocol, row, network, seeds[s], choice));
          if (!names.insert(out.back().name).second)
            throw Error("two cells have one name", study.study,
                        "other names of rows, each seed once", out.back().name);
        }
    }
  return out;
}

}  // namespace derm
