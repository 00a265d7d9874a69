// One picture of many: rows of images under titles, with a few words below each.
#pragma once

#include <string>
#include <vector>

#include "image/image.h"

namespace derm {

struct SheetText {
  std::string text;  // ASCII; what does not fit is cut off at its end
  bool marked = false;
};

struct SheetCell {
  Image image;  // of any size; drawn as a square
  std::vector<SheetText> lines;
};

struct SheetColumn {
  std::string title, subtitle;
};

struct ContactSheet {
  std::vector<SheetColumn> columns;
  std::vector<std::vector<SheetCell>> rows;  // each as long as columns
  std::vector<std::string> notes;            // below, beside a scale of the heat maps' colours
};

// Throws Error where there is no column, or a row of another length.
Image draw(const ContactSheet& sheet);

}  // namespace derm
