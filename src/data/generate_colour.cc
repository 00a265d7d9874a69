#include "data/generate_noise.h"
#include "data/generate_scene.h"

namespace derm::drawing {
namespace {

struct Rgb {
  float r, g, b;
};

// Linear RGB reflectance of skin without pigment and blood, and how strongly one unit of density
// absorbs each channel: melanin least in red, blood in green (bright) or green and red (venous),
// melanin seen through the dermis mostly in red, which is why it looks blue.
constexpr Rgb kBare{.80F, .63F, .55F};
constexpr Rgb kMelanin{.62F, 1.05F, 1.58F};
constexpr Rgb kBright{.10F, 1.05F, .82F};
constexpr Rgb kVenous{.42F, 1.10F, .60F};
constexpr Rgb kDeep{1.45F, .98F, .55F};
// What the covering layers look like under white light.
constexpr Rgb kVeil{.36F, .40F, .50F};
constexpr Rgb kWhite{.80F, .74F, .70F};
constexpr Rgb kKeratin{.76F, .66F, .42F};
// Light that the surface scatters back whatever lies below: black never is quite black.
constexpr Rgb kSurface{.012F, .010F, .011F};

float blend(float under, float over, float opacity) {
  return under + (over - under) * opacity;
}

struct Channel {
  float bare, melanin, blood, deep, veil, white, keratin, surface;

  float operator()(const Layers& l, size_t i) const {
    const float density =
        melanin * l.melanin.data[i] + blood * l.blood.data[i] + deep * l.deep.data[i];
    float light = bare * decay(density > 0 ? density : 0.F);
    light = blend(light, veil, clamp01(l.veil.data[i]));
    light = blend(light, white, clamp01(l.white.data[i]));
    light = blend(light, keratin, clamp01(l.keratin.data[i]));
    return light + surface;
  }
};

}  // namespace

Light expose(const Scene& scene, double venous) {
  const float t = static_cast<float>(venous);
  const Channel channels[3] = {{kBare.r, kMelanin.r, blend(kBright.r, kVenous.r, t), kDeep.r,
                                kVeil.r, kWhite.r, kKeratin.r, kSurface.r},
                               {kBare.g, kMelanin.g, blend(kBright.g, kVenous.g, t), kDeep.g,
                                kVeil.g, kWhite.g, kKeratin.g, kSurface.g},
                               {kBare.b, kMelanin.b, blend(kBright.b, kVenous.b, t), kDeep.b,
                                kVeil.b, kWhite.b, kKeratin.b, kSurface.b}};
  Light light;
  for (size_t c = 0; c < 3; ++c) {
    light[c] = scene.blank();
    for (size_t i = 0; i < light[c].data.size(); ++i)
      light[c].data[i] = channels[c](scene.layers, i);
  }
  return light;
}

}  // namespace derm::drawing
