#include "cli/compare_text.h"

#include <fmt/format.h>

#include <cmath>

#include "base/csv.h"
#include "base/strings.h"
#include "eval/table.h"

namespace derm {
namespace {

std::string p_text(double p) {
  if (std::isnan(p)) return "n/a";
  return p < 0.0001 ? "<0.0001" : fmt::format("{:.4f}", p);
}

std::string signed_text(double value) {
  return std::isfinite(value) ? fmt::format("{:+.4f}", value) : "n/a";
}

std::string interval_text(const Compared& row) {
  if (std::isnan(row.low)) return "";
  return signed_text(row.low) + " to " + signed_text(row.high);
}

std::string measure_text(const Compared& row) {
  return row.measure + " (" + row.test + ")";
}

const std::vector<std::string> kColumns = {"measure (test)", "run",        "against",       "value",
                                           "of the other",   "difference", "95 % interval", "p",
                                           "p (Holm)",       "verdict"};

std::vector<std::string> cells(const ComparedRuns& runs, const Compared& row) {
  return {measure_text(row),
          runs.groups[row.pair.second].name,
          runs.groups[row.pair.first].name,
          format_score(row.second),
          format_score(row.first),
          signed_text(row.difference),
          interval_text(row),
          p_text(row.p),
          p_text(row.p_holm),
          verdict_text(row.verdict)};
}

std::string members(const ComparedRuns& runs, const ComparedRuns::Group& group) {
  std::vector<std::string> names;
  for (const size_t i : group.runs)
    names.push_back(runs.runs[i].name + (runs.runs[i].seed
                                             ? fmt::format(" (seed {})", *runs.runs[i].seed)
                                             : std::string()));
  return join(names, ", ");
}

// What the columns mean: one sentence a line.
std::vector<std::string> notes(const ComparisonHead& head) {
  return {
      fmt::format("split {}: {} images of {} lesions; {} replicates, seed {}", head.split,
                  format_count(head.images), format_count(head.lesions),
                  format_count(head.options.bootstrap.replicates), head.options.bootstrap.seed),
      "bootstrap: draws whole lesions and, of a group of several runs, seeds; two-sided p",
      "McNemar: exact sign-flip test over lesions, mid-p; these networks, not other seeds",
      "DeLong: area under the ROC curve with lesions as clusters (Obuchowski); these networks, not "
      "other seeds",
      fmt::format("verdict: p (Holm) < {}; Holm's correction counts all rows of the same test",
                  head.options.level)};
}

std::string markdown_row(const std::vector<std::string>& row) {
  std::string out = "|";
  for (const auto& cell : row) {
    std::string safe;
    for (const char c : cell) safe += c == '|' ? std::string("\\|") : std::string(1, c);
    out += " " + safe + " |";
  }
  return out + "\n";
}

Json or_null(double value) {
  return std::isfinite(value) ? Json(value) : Json(nullptr);
}

Json group_json(const ComparedRuns& runs, const ComparedRuns::Group& group) {
  Json members = Json::array();
  for (const size_t i : group.runs) {
    const auto& run = runs.runs[i];
    members.push_back({{"name", run.name},
                       {"folder", run.folder.string()},
                       {"seed", run.seed ? Json(*run.seed) : Json(nullptr)}});
  }
  return {{"name", group.name}, {"runs", members}};
}

Json row_json(const ComparedRuns& runs, const Compared& row) {
  Json out = {{"measure", row.measure},
              {"test", row.test},
              {"run", runs.groups[row.pair.second].name},
              {"against", runs.groups[row.pair.first].name},
              {"value", or_null(row.second)},
              {"value_against", or_null(row.first)},
              {"difference", or_null(row.difference)},
              {"low", or_null(row.low)},
              {"high", or_null(row.high)},
              {"p", or_null(row.p)},
              {"p_holm", or_null(row.p_holm)},
              {"verdict", verdict_text(row.verdict)}};
  if (row.test == "bootstrap") out["replicates_undefined"] = row.undefined;
  if (row.test == "DeLong") out["p_images"] = or_null(row.p_images);
  if (row.test != "McNemar") return out;
  out["only_run_right"] = row.counts.only_second;
  out["only_against_right"] = row.counts.only_first;
  out["lesions_that_differ"] = row.counts.lesions;
  out["p_exact"] = row.counts.by_lesion.exact;
  out["p_images"] = row.counts.images.mid;
  out["p_images_exact"] = row.counts.images.exact;
  return out;
}

}  // namespace

std::string comparison_table(const ComparedRuns& runs, const ComparisonHead& head,
                             const std::vector<Compared>& rows) {
  std::string out;
  for (const auto& group : runs.groups)
    if (group.runs.size() > 1) out += group.name + ": " + members(runs, group) + "\n";
  TextTable table(kColumns);
  for (const auto& row : rows) table.add(cells(runs, row));
  out += (out.empty() ? "" : "\n") + table.str() + "\n";
  for (const auto& note : notes(head)) out += note + "\n";
  return out;
}

std::string comparison_markdown(const ComparedRuns& runs, const ComparisonHead& head,
                                const std::vector<Compared>& rows) {
  std::string out = markdown_row(kColumns) + "|";
  for (size_t i = 0; i < kColumns.size(); ++i)
    out += i < 3 || i + 1 == kColumns.size() ? "---|" : "---:|";
  out += "\n";
  for (const auto& row : rows) out += markdown_row(cells(runs, row));
  out += "\n";
  for (const auto& group : runs.groups)
    if (group.runs.size() > 1) out += "- " + group.name + ": " + members(runs, group) + "\n";
  for (const auto& note : notes(head)) out += "- " + note + "\n";
  for (const auto& warning : head.warnings) out += "- warning: " + warning + "\n";
  return out;
}

Json comparison_json(const ComparedRuns& runs, const ComparisonHead& head,
                     const std::vector<Compared>& rows) {
  Json groups = Json::array(), tests = Json::array();
  for (const auto& group : runs.groups) groups.push_back(group_json(runs, group));
  for (const auto& row : rows) tests.push_back(row_json(runs, row));
  return {{"split", head.split},
          {"manifest_hash", runs.runs.front().manifest_hash},
          {"images", head.images},
          {"lesions", head.lesions},
          {"replicates", head.options.bootstrap.replicates},
          {"seed", head.options.bootstrap.seed},
          {"level", head.options.level},
          {"groups", groups},
          {"tests", tests},
          {"warnings", head.warnings}};
}

std::string comparison_csv(const ComparedRuns& runs, const std::vector<Compared>& rows) {
  std::string out = csv_line({"measure", "test", "run", "against", "value", "value_against",
                              "difference", "low", "high", "p", "p_holm", "verdict"});
  const auto number = [](double value) {
    return std::isfinite(value) ? fmt::format("{}", value) : std::string();
  };
  for (const auto& row : rows)
    out += csv_line({row.measure, row.test, runs.groups[row.pair.second].name,
                     runs.groups[row.pair.first].name, number(row.second), number(row.first),
                     number(row.difference), number(row.low), number(row.high), number(row.p),
                     number(row.p_holm), verdict_text(row.verdict)});
  return out;
}

}  // namespace derm
