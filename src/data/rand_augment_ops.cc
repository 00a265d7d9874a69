#include "data/rand_augment_ops.h"

#include <cmath>

namespace derm::rand_augment {
namespace {

// At the strongest magnitude.
constexpr double kShear = 0.3, kTranslate = 150.0 / 331.0, kDegrees = 30, kBlend = 0.9,
                 kPosterize = 4, kSolarize = 255;

Image same(const Image& image, double) {
  return image;
}
Image stretch(const Image& image, double) {
  return autocontrast(image);
}
Image equal(const Image& image, double) {
  return equalize(image);
}
Image posterize_by(const Image& image, double share) {
  return posterize(image, 8 - static_cast<int>(std::nearbyint(kPosterize * share)));
}
Image solarize_by(const Image& image, double share) {
  return solarize(image, kSolarize - kSolarize * share);
}
Image rotate_by(const Image& image, double share) {
  return rotate(image, kDegrees * share);
}
Image translate_x_by(const Image& image, double share) {
  return translate_x(image, static_cast<int>(kTranslate * image.width * share));
}
Image translate_y_by(const Image& image, double share) {
  return translate_y(image, static_cast<int>(kTranslate * image.height * share));
}

template <Image (*op)(const Image&, double)>
Image blend_by(const Image& image, double share) {
  return op(image, 1 + kBlend * share);
}
template <Image (*op)(const Image&, double)>
Image shear_by(const Image& image, double share) {
  return op(image, kShear * share);
}

}  // namespace

const std::array<Operation, 14>& operations() {
  static constexpr std::array<Operation, 14> kOperations = {{
      {"identity", false, same},
      {"autocontrast", false, stretch},
      {"equalize", false, equal},
      {"rotate", true, rotate_by},
      {"solarize", false, solarize_by},
      {"colour", true, blend_by<colour>},
      {"posterize", false, posterize_by},
      {"contrast", true, blend_by<contrast>},
      {"brightness", true, blend_by<brightness>},
      {"sharpness", true, blend_by<sharpness>},
      {"shear_x", true, shear_by<shear_x>},
      {"shear_y", true, shear_by<shear_y>},
      {"translate_x", true, translate_x_by},
      {"translate_y", true, translate_y_by},
  }};
  return kOperations;
}

}  // namespace derm::rand_augment
