// Plain tables for a terminal: columns aligned, numbers to the right, one space-separated line per
// row.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "eval/metric_intervals.h"
#include "eval/metrics.h"

namespace derm {

class TextTable {
 public:
  explicit TextTable(std::vector<std::string> header);

  // Throws Error where the row is not as long as the header.
  void add(std::vector<std::string> row);

  // Header, rule, rows. A column is right-aligned where every cell of it is a number or "n/a".
  std::string str() const;

 private:
  std::vector<std::vector<std::string>> rows_;  // the header first
};

// "0.8132", and "n/a" for NaN.
std::string format_score(double value, int digits = 4);
// "3504872" -> "3,504,872"
std::string format_count(int64_t value);

// "0.71 to 0.83"; "n/a" where an end is NaN.
std::string format_interval(const Interval& interval, int digits = 4);

// The per-class table and the totals that `val` prints; `intervals` may be null.
std::string metrics_table(const Metrics& metrics, const std::vector<std::string>& class_names,
                          const MetricIntervals* intervals = nullptr);

}  // namespace derm
