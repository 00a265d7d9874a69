// Families whose sizes differ by a table: a row is a layout, found by its network's name.
#pragma once

#include <string>

#include "base/error.h"

namespace derm {

template <typename Table>
const auto& layout_of(const Table& table, const std::string& name) {
  for (const auto& layout : table)
    if (layout.name == name) return layout;
  throw Error("no network of this name in its family", "", table.begin()->name, name);
}

}  // namespace derm
