// A table, once for the terminal and once for the page.
#pragma once

#include <string>
#include <vector>

#include "eval/bootstrap.h"

namespace derm {

struct Cell {
  std::string text;
  std::string interval;  // below the text, on the page alone; may be empty

  Cell(std::string shown, std::string range = "")  // NOLINT: implicit by intent
      : text(std::move(shown)), interval(std::move(range)) {}
  Cell(const char* shown) : text(shown) {}  // NOLINT: implicit by intent
};

struct TableRow {
  enum class Kind { kPlain, kGroup, kFaint };  // kGroup: a heading over the rows below, no cells
  std::string head;
  std::vector<Cell> cells;
  Kind kind = Kind::kPlain;
};

struct PageTable {
  std::vector<std::string> header;  // names with units; the first is over the heads
  std::vector<TableRow> rows;
  bool words = false;        // no column holds numbers
  std::string text() const;  // aligned, for a terminal
};

// "0.8132" with "0.7811 to 0.8402" below it; no interval where an end is not finite.
Cell measured_cell(double value, const Interval* interval, int digits = 4);

}  // namespace derm
