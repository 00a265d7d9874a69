#include "deploy/golden_images.h"

#include "data/generate.h"
#include "image/encode.h"

namespace derm {
namespace {

Image drawn(uint64_t number, int64_t label, int width, int height) {
  Shot shot;
  shot.number = number;
  shot.width = width;
  shot.height = height;
  return render(make_lesion(/*seed=*/7, number, label), shot);
}

Image darkened(Image image) {
  for (uint8_t& value : image.data) value = static_cast<uint8_t>(value / 4);
  return image;
}

}  // namespace

std::vector<EncodedImage> golden_images() {
  return {{"golden/landscape.jpg", encode_jpeg(drawn(1, 0, 600, 450), 90)},
          {"golden/portrait.jpg", encode_jpeg(drawn(2, 1, 301, 401), 75)},
          {"golden/odd.png", encode_png(drawn(3, 2, 237, 179))},
          {"golden/dark.jpg", encode_jpeg(darkened(drawn(4, 3, 450, 450)), 85)}};
}

}  // namespace derm
