// Light, lens and sensor: from reflected light to 8-bit RGB.
#include <cmath>

#include "data/generate_marks.h"

namespace derm::drawing {
namespace {

struct Device {
  float gain[3] = {1.15F, 1.15F, 1.15F};  // exposure and white balance
  float slope_x = 0, slope_y = 0;         // uneven light across the frame
  float falloff = 0;                      // darkening towards the corners
  float field = 0;                        // radius of a round field of view, short sides; 0: none
  float field_soft = .02F;
  Point field_centre;
  float blur_px = 0, noise = 0, contrast = 0, saturation = 1;
  uint32_t noise_seed = 0;
};

void set_light(Rng& rng, Device& device) {
  const double exposure = 1.15 * std::exp(0.14 * rng.normal());
  const double warm = 0.07 * rng.normal(), lilac = rng.chance(0.4) ? rng.uniform(0.1, 0.35) : 0.0;
  const double red = rng.chance(0.15) ? rng.uniform(0.1, 0.4) : 0.0;  // uncorrected halogen
  device.gain[0] = static_cast<float>(exposure * std::exp(warm + 0.6 * red));
  device.gain[1] = static_cast<float>(exposure * std::exp(-0.25 * lilac - 0.4 * red));
  device.gain[2] = static_cast<float>(exposure * std::exp(lilac - warm - 0.3 * red));
  device.slope_x = static_cast<float>(0.09 * rng.normal());
  device.slope_y = static_cast<float>(0.09 * rng.normal());
  device.falloff = between(rng, 0, .35);
  device.contrast = between(rng, -.1, .45);
  device.saturation = between(rng, .7, 1.15);
}

void set_field(const Scene& scene, Rng& rng, Device& device) {
  device.field_centre = {.5F * static_cast<float>(scene.width - 1),
                         .5F * static_cast<float>(scene.height - 1)};
  if (!rng.chance(0.22)) return;
  device.field = rng.chance(0.6) ? between(rng, .56, .68) : between(rng, .46, .56);
  device.field_soft = between(rng, .01, .12);
  device.field_centre.x +=
      static_cast<float>(scene.height) * .02F * static_cast<float>(rng.normal());
}

Device choose_device(const Scene& scene, const Shot& shot) {
  Device device;
  if (shot.plain) return device;
  Rng light = shot_stream(scene.lesion, shot, kLight);
  set_light(light, device);
  Rng rng = shot_stream(scene.lesion, shot, kDevice);
  set_field(scene, rng, device);
  const float side = static_cast<float>(std::min(scene.width, scene.height));
  const double focus = rng.uniform();
  device.blur_px = side / 256.F * static_cast<float>(0.35 + (focus > 0.88 ? 1.6 : 0.6) * focus);
  device.noise = between(rng, .2, 1.) * between(rng, .2, 1.) * .018F;
  device.noise_seed = shot_stream(scene.lesion, shot, kSensor).next();
  return device;
}

// Brightness of the light at a pixel.
float illumination(const Scene& scene, const Device& device, int x, int y) {
  const float half = .5F * static_cast<float>(scene.height);
  const float dx = (static_cast<float>(x) - .5F * static_cast<float>(scene.width)) / half;
  const float dy = (static_cast<float>(y) - half) / half;
  float light = 1.F + device.slope_x * dx + device.slope_y * dy;
  light *= 1.F - device.falloff * .36F * (dx * dx + dy * dy);
  if (device.field > 0) {
    const float fx = (static_cast<float>(x) - device.field_centre.x) / (2.F * half);
    const float fy = (static_cast<float>(y) - device.field_centre.y) / (2.F * half);
    light *= ramp(device.field, device.field - device.field_soft, std::sqrt(fx * fx + fy * fy));
  }
  return std::max(light, 0.F);
}

// The sRGB curve over [0, 1] in kSteps steps, with an S of the given contrast on top.
class ToneCurve {
 public:
  explicit ToneCurve(float contrast) : steps_(kSteps + 1) {
    for (int i = 0; i <= kSteps; ++i) {
      const double x = static_cast<double>(i) / kSteps;
      const double y = x <= 0.0031308 ? 12.92 * x : 1.055 * std::pow(x, 1 / 2.4) - 0.055;
      steps_[static_cast<size_t>(i)] = static_cast<float>(y + contrast * (y * y * (3 - 2 * y) - y));
    }
  }
  float operator()(float x) const { return steps_[static_cast<size_t>(clamp01(x) * kSteps)]; }

 private:
  static constexpr int kSteps = 8192;
  std::vector<float> steps_;
};

// About normal, standard deviation 1: four bytes summed.
float grain(uint32_t bits) {
  const uint32_t sum = (bits & 255U) + ((bits >> 8) & 255U) + ((bits >> 16) & 255U) + (bits >> 24);
  return (static_cast<float>(sum) - 510.F) * (1.F / 147.8F);
}

uint8_t to_byte(float x) {
  return static_cast<uint8_t>(clamp01(x) * 255.F + 0.5F);
}

void develop_row(const Light& light, const Device& device, const ToneCurve& tone, int y,
                 Image& out) {
  const size_t width = static_cast<size_t>(out.width);
  uint8_t* pixel = out.row(y);
  for (size_t x = 0; x < width; ++x, pixel += 3) {
    const size_t i = static_cast<size_t>(y) * width + x;
    float rgb[3];
    for (size_t c = 0; c < 3; ++c) rgb[c] = tone(light[c].data[i]);
    const float grey = .3F * rgb[0] + .59F * rgb[1] + .11F * rgb[2];
    const uint32_t bits = scramble(static_cast<uint32_t>(i) ^ device.noise_seed);
    const float shared = device.noise * grain(bits);
    for (size_t c = 0; c < 3; ++c) {
      const float own = .5F * device.noise * grain(scramble(bits + static_cast<uint32_t>(c) + 1));
      pixel[c] = to_byte(grey + (rgb[c] - grey) * device.saturation + shared + own);
    }
  }
}

}  // namespace

Image photograph(const Scene& scene, const Shot& shot, Light& light) {
  const Device device = choose_device(scene, shot);
  size_t i = 0;
  for (int y = 0; y < scene.height; ++y)
    for (int x = 0; x < scene.width; ++x, ++i) {
      const float bright = illumination(scene, device, x, y);
      for (size_t c = 0; c < 3; ++c) light[c].data[i] *= bright * device.gain[c];
    }
  for (Plane& plane : light) blur(plane, device.blur_px);
  const ToneCurve tone(device.contrast);
  Image image(scene.width, scene.height);
  for (int y = 0; y < scene.height; ++y) develop_row(light, device, tone, y, image);
  return image;
}

}  // namespace derm::drawing
