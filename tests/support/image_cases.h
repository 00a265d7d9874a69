// Golden image cases for the tests of this layer: files and pixels as hex text.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <string>

#include "base/error.h"
#include "image/decode.h"
#include "support/golden.h"

namespace derm::testing {

inline Bytes from_hex(const std::string& hex) {
  Bytes out;
  for (size_t i = 0; i + 1 < hex.size(); i += 2)
    out.push_back(static_cast<uint8_t>(std::stoi(hex.substr(i, 2), nullptr, 16)));
  return out;
}

// {"width", "height", "rgb": hex} -> the image.
inline Image image_of(const Json& json) {
  Image image;
  image.width = json.at("width");
  image.height = json.at("height");
  image.data = from_hex(json.at("rgb"));
  return image;
}

// The file of the golden case with this name.
inline Bytes golden_file(const std::string& golden_name, const std::string& case_name) {
  for (const auto& item : golden(golden_name))
    if (item.at("name") == case_name) return from_hex(item.at("file"));
  throw Error("no such golden case", golden_name, "", case_name);
}

// The integers of formula_picture in tools/make_image_golden.py.
inline Image formula_picture(int width, int height) {
  Image image(width, height);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x)
      for (int c = 0; c < 3; ++c)
        image.row(y)[x * 3 + c] = static_cast<uint8_t>(x * 7 + y * 13 + c * 29 + x * y % 31 * 5 +
                                                       (x / 16 + y / 16) % 2 * 90);
  return image;
}

// The largest difference of any sample; 256 where the sizes differ.
inline int largest_difference(const Image& a, const Image& b) {
  if (a.width != b.width || a.height != b.height || a.data.size() != b.data.size()) return 256;
  int largest = 0;
  for (size_t i = 0; i < a.data.size(); ++i)
    largest = std::max(largest, std::abs(int{a.data[i]} - int{b.data[i]}));
  return largest;
}

}  // namespace derm::testing
