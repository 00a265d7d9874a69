#include "eval/table.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "eval/metric_names.h"
#include "eval/warnings.h"

namespace derm {
namespace {

// Characters shown: bytes that do not continue a UTF-8 sequence.
size_t width(const std::string& text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

bool is_numeric(const std::string& cell) {
  if (cell.empty() || cell == "n/a" || cell == "-") return true;
  return cell.find_first_not_of("0123456789.,+-%e") == std::string::npos;
}

std::string padded(const std::string& cell, size_t to, bool right) {
  const std::string space(to - width(cell), ' ');
  return right ? space + cell : cell + space;
}

std::string line(const std::vector<std::string>& cells, const std::vector<size_t>& widths,
                 const std::vector<bool>& right) {
  std::string out;
  for (size_t c = 0; c < cells.size(); ++c)
    out += (c == 0 ? "" : "  ") + padded(cells[c], widths[c], right[c]);
  out.erase(out.find_last_not_of(' ') + 1);
  return out + '\n';
}

std::string confidence_text(const MetricIntervals& intervals) {
  return fmt::format("{:g} % interval", 100 * intervals.options.confidence);
}

TextTable class_table(const Metrics& metrics, const std::vector<std::string>& class_names) {
  TextTable classes({"class", "images", "precision", "recall", "specificity", "f1", "auc", "ap"});
  for (size_t c = 0; c < metrics.per_class.size(); ++c) {
    const auto& m = metrics.per_class[c];
    classes.add({class_names.at(c), format_count(m.support()), format_score(m.precision),
                 format_score(m.recall), format_score(m.specificity), format_score(m.f1),
                 format_score(m.auc), format_score(m.ap)});
  }
  return classes;
}

// The classes' intervals, three digits to fit a terminal.
TextTable class_interval_table(const MetricIntervals& intervals,
                               const std::vector<std::string>& class_names) {
  std::vector<std::string> header{"interval"};
  for (const auto& ratio : named_class_metrics())
    if (ratio.value != &ClassMetrics::ovr_accuracy) header.emplace_back(ratio.name);
  TextTable out(header);
  for (size_t c = 0; c < intervals.per_class.size(); ++c) {
    std::vector<std::string> row{class_names.at(c)};
    for (size_t i = 0; i < named_class_metrics().size(); ++i)
      if (named_class_metrics()[i].value != &ClassMetrics::ovr_accuracy)
        row.push_back(format_interval(intervals.per_class[c].ratios[i], 3));
    out.add(row);
  }
  return out;
}

TextTable totals_table(const Metrics& metrics, const MetricIntervals* intervals) {
  std::vector<std::string> header{"metric", "value"};
  if (intervals != nullptr) header.push_back(confidence_text(*intervals));
  TextTable totals(header);
  const auto add = [&](const std::string& name, const std::string& value,
                       const std::string& interval) {
    if (intervals != nullptr)
      totals.add({name, value, interval});
    else
      totals.add({name, value});
  };
  add("images", format_count(metrics.samples), "");
  for (size_t i = 0; i < named_metrics().size(); ++i) {
    const auto& metric = named_metrics()[i];
    add(metric.name, format_score(metrics.*metric.value),
        intervals == nullptr ? "" : format_interval(intervals->named[i]));
  }
  return totals;
}

std::string interval_note(const MetricIntervals& intervals) {
  return fmt::format("intervals: {} bootstrap replicates that draw from {} {}s\n",
                     format_count(intervals.options.replicates), format_count(intervals.groups),
                     intervals.group);
}

}  // namespace

TextTable::TextTable(std::vector<std::string> header) {
  rows_.push_back(std::move(header));
}

void TextTable::add(std::vector<std::string> row) {
  if (row.size() != rows_.front().size())
    throw Error("table row of the wrong length", "", fmt::format("{} cells", rows_.front().size()),
                fmt::format("{}", row.size()));
  rows_.push_back(std::move(row));
}

std::string TextTable::str() const {
  const size_t columns = rows_.front().size();
  std::vector<size_t> widths(columns, 0);
  std::vector<bool> right(columns, true);
  std::vector<std::string> rule;
  for (size_t c = 0; c < columns; ++c) {
    for (size_t r = 0; r < rows_.size(); ++r) {
      widths[c] = std::max(widths[c], width(rows_[r][c]));
      if (r > 0 && !is_numeric(rows_[r][c])) right[c] = false;
    }
    rule.emplace_back(widths[c], '-');
  }
  std::string out = line(rows_.front(), widths, right) + line(rule, widths, right);
  for (size_t r = 1; r < rows_.size(); ++r) out += line(rows_[r], widths, right);
  return out;
}

std::string format_score(double value, int digits) {
  return std::isfinite(value) ? fmt::format("{:.{}f}", value, digits) : "n/a";
}

std::string format_count(int64_t value) {
  std::string digits = std::to_string(value);
  const std::ptrdiff_t first = value < 0 ? 1 : 0;
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > first; at -= 3)
    digits.insert(static_cast<size_t>(at), ",");
  return digits;
}

std::string format_interval(const Interval& interval, int digits) {
  if (!std::isfinite(interval.low) || !std::isfinite(interval.high)) return "n/a";
  return format_score(interval.low, digits) + " to " + format_score(interval.high, digits);
}

std::string metrics_table(const Metrics& metrics, const std::vector<std::string>& class_names,
                          const MetricIntervals* intervals) {
  std::string out = class_table(metrics, class_names).str() + '\n';
  if (intervals != nullptr) out += class_interval_table(*intervals, class_names).str() + '\n';
  out += totals_table(metrics, intervals).str();
  if (intervals != nullptr) out += interval_note(*intervals);
  for (const auto& warning : metric_warnings(metrics, class_names))
    out += "warning: " + warning + '\n';
  return out;
}

}  // namespace derm
