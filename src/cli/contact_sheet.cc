#include "cli/contact_sheet.h"

#include <algorithm>
#include <opencv2/imgproc.hpp>

#include "base/error.h"
#include "data/opencv_view.h"
#include "image/heat_map.h"
#include "image/resize.h"

namespace derm {
namespace {

constexpr int kCell = 192, kMargin = 24, kGap = 16, kHead = 48, kLine = 20;
constexpr int kScaleWidth = 96, kScaleHeight = 10;
const cv::Scalar kInk(40, 40, 40), kFaint(120, 120, 120), kMarked(190, 30, 30);

struct Lettering {
  int font;
  double scale;
};
constexpr Lettering kTitle{cv::FONT_HERSHEY_DUPLEX, 0.55};
constexpr Lettering kPlain{cv::FONT_HERSHEY_SIMPLEX, 0.45};

int text_width(const std::string& text, const Lettering& letters) {
  int below = 0;
  return cv::getTextSize(text, letters.font, letters.scale, 1, &below).width;
}

std::string cut_to(std::string text, int width, const Lettering& letters) {
  if (text_width(text, letters) <= width) return text;
  while (!text.empty() && text_width(text + "..", letters) > width) text.pop_back();
  return text + "..";
}

void write(cv::Mat& page, const std::string& text, cv::Point at, int width,
           const Lettering& letters, const cv::Scalar& colour) {
  cv::putText(page, cut_to(text, width, letters), at, letters.font, letters.scale, colour, 1,
              cv::LINE_AA);
}

void paste(const Image& image, Image& page, int left, int top) {
  for (int y = 0; y < image.height; ++y)
    std::copy_n(image.row(y), 3 * image.width, page.row(top + y) + 3 * left);
}

// The colours from 0 to 1, left to right.
Image colour_scale() {
  HeatMap map{kScaleWidth, kScaleHeight, {}};
  for (int i = 0; i < kScaleWidth * kScaleHeight; ++i)
    map.values.push_back(static_cast<float>(i % kScaleWidth) / (kScaleWidth - 1));
  return overlay(Image(kScaleWidth, kScaleHeight), map, 1);
}

int lines_of(const ContactSheet& sheet) {
  size_t lines = 0;
  for (const auto& row : sheet.rows)
    for (const auto& cell : row) lines = std::max(lines, cell.lines.size());
  return static_cast<int>(lines);
}

void check_sheet(const ContactSheet& sheet) {
  if (sheet.columns.empty()) throw Error("a contact sheet without columns");
  for (const auto& row : sheet.rows)
    if (row.size() != sheet.columns.size())
      throw Error("row of a contact sheet of the wrong length", "",
                  fmt::format("{} cells", sheet.columns.size()), fmt::format("{}", row.size()));
}

void draw_cell(const SheetCell& cell, Image& page, int left, int top) {
  paste(resize(cell.image, kCell, kCell, Filter::kBicubic), page, left, top);
  cv::Mat view = opencv_view(page);
  int baseline = top + kCell + kLine - 4;
  for (const auto& line : cell.lines) {
    write(view, line.text, {left, baseline}, kCell, kPlain, line.marked ? kMarked : kInk);
    baseline += kLine;
  }
}

void draw_foot(const std::vector<std::string>& notes, Image& page, int top) {
  paste(colour_scale(), page, kMargin, top);
  cv::Mat view = opencv_view(page);
  const int left = kMargin + kScaleWidth + kGap;
  int baseline = top + kScaleHeight - 1;
  for (const auto& note : notes) {
    write(view, note, {left, baseline}, page.width - kMargin - left, kPlain, kFaint);
    baseline += kLine;
  }
}

}  // namespace

Image draw(const ContactSheet& sheet) {
  check_sheet(sheet);
  const int columns = static_cast<int>(sheet.columns.size());
  const int rows = static_cast<int>(sheet.rows.size());
  const int row_height = kCell + kLine * lines_of(sheet) + kGap;
  const int foot = kMargin + kHead + rows * row_height;
  const int foot_height = std::max(kScaleHeight, kLine * static_cast<int>(sheet.notes.size()));
  Image page(2 * kMargin + columns * (kCell + kGap) - kGap, foot + foot_height + kMargin);
  std::fill(page.data.begin(), page.data.end(), uint8_t{255});
  cv::Mat view = opencv_view(page);
  for (int c = 0; c < columns; ++c) {
    const auto& column = sheet.columns[static_cast<size_t>(c)];
    const int left = kMargin + c * (kCell + kGap);
    write(view, column.title, {left, kMargin + 12}, kCell, kTitle, kInk);
    write(view, column.subtitle, {left, kMargin + 32}, kCell, kPlain, kFaint);
    for (int r = 0; r < rows; ++r)
      draw_cell(sheet.rows[static_cast<size_t>(r)][static_cast<size_t>(c)], page, left,
                kMargin + kHead + r * row_height);
  }
  draw_foot(sheet.notes, page, foot);
  return page;
}

}  // namespace derm
