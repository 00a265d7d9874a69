#include "study/table.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "base/csv.h"
#include "base/strings.h"
#include "data/manifest.h"
#include "eval/table.h"

namespace derm {
namespace {

// The networks of one line of the table.
struct Line {
  std::string protocol, network;
  const StudyRow* row = nullptr;
  std::vector<int64_t> seeds;
  Arm arm;  // in the order of `seeds`
};

std::vector<Line> lines_of(const Study& study, const std::vector<FinishedCell>& cells) {
  std::vector<Line> out;
  for (const auto& row : study.rows)
    for (const auto& [cell, measured] : cells) {
      if (cell.row != row.name) continue;
      const auto it = std::find_if(out.begin(), out.end(), [&, c = &cell](const Line& line) {
        return line.row == &row && line.protocol == c->protocol && line.network == c->network;
      });
      auto& line =
          it != out.end() ? *it : out.emplace_back(Line{cell.protocol, cell.network, &row, {}, {}});
      line.seeds.push_back(cell.seed);
      line.arm.push_back(&measured);
    }
  return out;
}

std::vector<std::string> protocols_of(const Study& study, const std::vector<Line>& lines) {
  std::vector<std::string> out;
  const auto add = [&](const std::string& protocol) {
    const bool present = std::any_of(lines.begin(), lines.end(),
                                     [&](const auto& line) { return line.protocol == protocol; });
    if (present && std::find(out.begin(), out.end(), protocol) == out.end())
      out.push_back(protocol);
  };
  for (const auto& protocol : study.protocols) add(protocol);
  for (const auto& line : lines) add(line.protocol);
  return out;
}

std::string ours(const SeedEstimate& e) {
  std::string out = format_score(e.mean, 3);
  if (e.seeds > 1) out += fmt::format(" ± {:.3f}", e.deviation);
  if (!std::isnan(e.low)) out += fmt::format(" [{:.3f}, {:.3f}]", e.low, e.high);
  return out;
}

std::string published_value(const Json& value) {
  if (value.is_array())
    return fmt::format("{:.4g} to {:.4g}", value[0].get<double>(), value[1].get<double>());
  return fmt::format("{:.4g}", value.get<double>());
}

std::string published(const StudyRow& row, const std::string& metric) {
  std::vector<std::string> parts;
  for (const auto& [data, metrics] : row.published.value.items())
    if (metrics.contains(metric))
      parts.push_back(fmt::format("{} ({})", published_value(metrics[metric]), data));
  return parts.empty() ? "-" : join(parts, ", ");
}

bool has_published(const Study& study, const std::string& metric) {
  return std::any_of(study.rows.begin(), study.rows.end(),
                     [&](const auto& row) { return published(row, metric) != "-"; });
}

const std::string& label_of(const StudyRow& row) {
  return row.label.empty() ? row.name : row.label;
}

TableSection main_section(const Study& study, const std::vector<Line>& lines,
                          const std::string& protocol, const StudyNotes& notes) {
  TableSection out;
  out.heading = "Protocol " + protocol_text(protocol);
  if (const auto it = notes.protocols.find(protocol); it != notes.protocols.end())
    out.notes.push_back(it->second);
  out.header = {"method", "network", "seeds"};
  for (const auto& column : study.columns) {
    out.header.push_back(column.heading);
    if (has_published(study, column.metric)) out.header.push_back(column.heading + ", published");
  }
  for (const auto& line : lines) {
    if (line.protocol != protocol) continue;
    std::vector<std::string> row = {label_of(*line.row), line.network,
                                    std::to_string(line.arm.size())};
    for (size_t c = 0; c < study.columns.size(); ++c) {
      const auto& metric = study.columns[c].metric;
      row.push_back(ours(estimate(line.arm, c)));
      if (has_published(study, metric)) row.push_back(published(*line.row, metric));
    }
    out.rows.push_back(std::move(row));
  }
  return out;
}

std::string change(const ArmDifference& d) {
  if (std::isnan(d.difference)) return "n/a";
  const std::string interval =
      std::isnan(d.low) ? "" : fmt::format(" [{:+.3f}, {:+.3f}]", d.low, d.high);
  return fmt::format("{:+.3f}{}", d.difference, interval);
}

// The same networks under the reference protocol and under another.
struct Pairing {
  std::string label, protocol;
  Arm reference, other;
};

// The networks of a line whose seed the other line has too.
Arm with_seeds_of(const Line& line, const Line& other) {
  Arm out;
  for (size_t i = 0; i < line.arm.size(); ++i)
    if (std::count(other.seeds.begin(), other.seeds.end(), line.seeds[i]) > 0)
      out.push_back(line.arm[i]);
  return out;
}

std::vector<Pairing> pairings(const std::vector<Line>& lines, const std::string& reference,
                              const std::string& protocol) {
  std::vector<Pairing> out;
  Pairing all{"all of them", protocol, {}, {}};
  for (const auto& line : lines) {
    if (line.protocol != reference) continue;
    const auto it = std::find_if(lines.begin(), lines.end(), [&](const Line& other) {
      return other.protocol == protocol && other.row == line.row && other.network == line.network;
    });
    if (it == lines.end()) continue;
    Pairing added{fmt::format("{}, {}", label_of(*line.row), line.network), protocol,
                  with_seeds_of(line, *it), with_seeds_of(*it, line)};
    if (added.reference.empty()) continue;
    all.reference.insert(all.reference.end(), added.reference.begin(), added.reference.end());
    all.other.insert(all.other.end(), added.other.begin(), added.other.end());
    out.push_back(std::move(added));
  }
  if (out.size() > 1) out.push_back(std::move(all));
  return out;
}

// Heading and place in MeasuredRun::values.
using Places = std::vector<std::pair<std::string, size_t>>;

Places metric_places(const Study& study) {
  Places out;
  for (const auto& column : study.columns) out.emplace_back(column.heading, out.size());
  return out;
}

Places class_places(const Study& study, const MeasuredRun& measured) {
  Places out;
  for (const auto& name : measured.classes)
    out.emplace_back(name, study.columns.size() + out.size());
  return out;
}

TableSection inflation_section(const std::string& heading, const std::vector<Line>& lines,
                               const std::vector<std::string>& protocols, const Places& places) {
  TableSection out;
  out.heading = heading;
  out.notes = {fmt::format(
      "Difference to protocol {} with its 95 % interval: above 0, the protocol shows the method "
      "better than it is on lesions that are not in train. paired: both are measured on the same "
      "test images, and lesions are drawn alike for both; unpaired: the test images differ, and "
      "each is drawn on its own.",
      protocols.front())};
  out.header = {"protocol", "method", "networks", "test images"};
  for (const auto& place : places) out.header.push_back(place.first);
  for (size_t p = 1; p < protocols.size(); ++p)
    for (const auto& pair : pairings(lines, protocols.front(), protocols[p])) {
      std::vector<std::string> row = {protocol_text(pair.protocol), pair.label,
                                      std::to_string(pair.other.size()), ""};
      for (const auto& place : places) {
        const auto difference = arm_difference(pair.reference, pair.other, place.second);
        row[3] = difference.paired ? "paired" : "unpaired";
        row.push_back(change(difference));
      }
      out.rows.push_back(std::move(row));
    }
  return out;
}

std::vector<std::string> notes_of(const Study& study, const std::vector<FinishedCell>& cells,
                                  const StudyNotes& notes) {
  std::vector<std::string> out;
  if (!study.about.empty()) out.push_back(study.about);
  if (cells.size() < notes.cells)
    out.push_back(fmt::format("PARTIAL: {} of {} networks are trained and measured.", cells.size(),
                              notes.cells));
  out.push_back("Data: " + notes.dataset + ".");
  out.insert(out.end(), notes.lines.begin(), notes.lines.end());
  out.push_back(
      "Numbers: mean over seeds ± their standard deviation [95 % interval: whole lesions of the "
      "test images drawn with replacement, 2000 times, for these networks].");
  if (!study.published_protocol.empty())
    out.push_back(
        fmt::format("The published numbers belong to the protocol {}.", study.published_protocol));
  if (!study.cite.empty()) out.push_back("Source: " + study.cite + ".");
  return out;
}

void append_numbers(std::vector<std::string>& fields, const SeedEstimate& e) {
  for (const double value : {e.mean, e.deviation, e.low, e.high})
    fields.push_back(std::isnan(value) ? "" : fmt::format("{}", value));
}

std::vector<std::string> published_data(const Study& study) {
  std::vector<std::string> out;
  for (const auto& row : study.rows)
    for (const auto& item : row.published.value.items())
      if (std::find(out.begin(), out.end(), item.key()) == out.end()) out.push_back(item.key());
  return out;
}

std::vector<std::string> csv_header(const Study& study) {
  std::vector<std::string> out = {"study", "dataset", "protocol", "leaky",
                                  "row",   "label",   "network",  "seeds"};
  for (const auto& column : study.columns) {
    for (const char* part : {"", "_deviation", "_low", "_high"})
      out.push_back(column.metric + part);
    for (const auto& data : published_data(study))
      out.push_back(column.metric + "_published_" + data);
  }
  return out;
}

std::string csv_published(const StudyRow& row, const std::string& data, const std::string& metric) {
  const auto& all = row.published.value;
  if (!all.contains(data) || !all[data].contains(metric)) return "";
  return published_value(all[data][metric]);
}

}  // namespace

std::string protocol_text(const std::string& protocol) {
  return leaks(protocol) ? fmt::format("{} {}", protocol, kLeaky) : protocol;
}

StudyTable study_table(const Study& study, const std::vector<FinishedCell>& cells,
                       const StudyNotes& notes) {
  StudyTable out;
  out.title = study.title;
  out.notes = notes_of(study, cells, notes);
  const auto lines = lines_of(study, cells);
  const auto protocols = protocols_of(study, lines);
  for (const auto& protocol : protocols)
    out.sections.push_back(main_section(study, lines, protocol, notes));
  if (protocols.size() < 2 || leaks(protocols.front())) return out;
  for (auto& section :
       {inflation_section("Inflation by method", lines, protocols, metric_places(study)),
        inflation_section("Inflation by class (sensitivity)", lines, protocols,
                          class_places(study, cells.front().measured))})
    if (!section.rows.empty()) out.sections.push_back(section);
  return out;
}

std::string table_csv(const Study& study, const std::vector<FinishedCell>& cells,
                      const StudyNotes& notes) {
  std::string out = csv_line(csv_header(study));
  for (const auto& line : lines_of(study, cells)) {
    std::vector<std::string> fields = {
        study.study,    notes.dataset,       line.protocol, leaks(line.protocol) ? kLeaky : "",
        line.row->name, label_of(*line.row), line.network,  std::to_string(line.arm.size())};
    for (size_t c = 0; c < study.columns.size(); ++c) {
      append_numbers(fields, estimate(line.arm, c));
      for (const auto& data : published_data(study))
        fields.push_back(csv_published(*line.row, data, study.columns[c].metric));
    }
    out += csv_line(fields);
  }
  return out;
}

}  // namespace derm
