// The lesion as a whole: its body, then every cue it shows.
#include "data/generate_noise.h"
#include "data/generate_scene.h"

namespace derm::drawing {
namespace {

// The lesion's body: a ground colour that drifts, and a second colour in islands.
void paint_body(Scene& scene) {
  const auto& lesion = scene.lesion;
  Rng rng = lesion_stream(lesion, kColour);
  const uint32_t drift = rng.next(), islands = rng.next(), flush = rng.next();
  const float vary = static_cast<float>(lesion.variegation);
  const float melanin = static_cast<float>(lesion.melanin),
              blood = static_cast<float>(lesion.blood);
  const float second = melanin * static_cast<float>(rng.uniform(0.35, 1.9));
  const float threshold = static_cast<float>(rng.uniform(-0.1, 0.5));
  const float lean_u = static_cast<float>(rng.normal()) * 0.3F * vary;
  const float lean_v = static_cast<float>(rng.normal()) * 0.3F * vary;
  const float rim = static_cast<float>(rng.uniform(-0.55, 0.25));  // lighter or darker border
  each_inside(scene, 1.8F, [&](size_t i, float u, float v) {
    const float inside = scene.inside.data[i];
    const float drifting = fractal_noise(1.7F * u, 1.7F * v, drift, 4);
    const float island =
        ramp(threshold, threshold + 0.25F, fractal_noise(1.4F * u + 5.F, 1.4F * v, islands, 3));
    const float base = melanin + vary * island * (second - melanin);
    const float shade = 1.F + (0.25F + 0.5F * vary) * drifting + lean_u * u + lean_v * v +
                        rim * scene.radius.data[i];
    scene.layers.melanin.data[i] += inside * base * std::max(0.1F, shade);
    const float halo = ramp(1.7F, 0.9F, scene.radius.data[i]);  // redness reaches past the border
    const float patchy = 1.F + (0.4F + 0.4F * vary) * fractal_noise(2.F * u, 2.F * v, flush, 3);
    scene.layers.blood.data[i] += blood * patchy * (0.3F * halo + 0.7F * inside);
  });
}

// Uneven density down to the pixel, as living tissue has it.
void roughen(Scene& scene) {
  Rng rng = lesion_stream(scene.lesion, kGrain);
  const uint32_t coarse = rng.next(), fine = rng.next();
  const float depth = static_cast<float>(rng.uniform(0.25, 0.6));
  each_inside(scene, 1.3F, [&](size_t i, float u, float v) {
    const float noise = 0.6F * fractal_noise(4.F * u, 4.F * v, coarse, 3) +
                        0.6F * fractal_noise(17.F * u, 17.F * v, fine, 2);
    const float factor = 1.F + depth * scene.inside.data[i] * noise;
    scene.layers.melanin.data[i] *= factor;
    scene.layers.blood.data[i] *= factor;
    scene.layers.white.data[i] *= factor;
    scene.layers.keratin.data[i] *= factor;
  });
}

}  // namespace

void paint_lesion(Scene& scene) {
  paint_body(scene);
  for (size_t c = 0; c < kCueCount; ++c) {
    const double strength = scene.lesion.cues[c];
    if (strength <= 0) continue;
    const Cue cue = static_cast<Cue>(c);
    Rng rng = lesion_stream(scene.lesion, static_cast<uint32_t>(c));
    rng.next(), rng.next(), rng.next(), rng.next();  // the draws that chose the strength
    for (const auto kind : {pigment_cue, vessel_cue, keratin_cue})
      if (const PaintCue paint = kind(cue)) paint(scene, static_cast<float>(strength), rng);
  }
  roughen(scene);
}

}  // namespace derm::drawing
