// Skin around and under the lesion: tone, mottling, freckles, surface lines, pores, fine vessels.
#include "data/generate_noise.h"
#include "data/generate_scene.h"

namespace derm::drawing {
namespace {

void paint_tone(Scene& scene, Rng& rng) {
  const auto& skin = scene.lesion.skin;
  const float melanin = static_cast<float>(skin.melanin), blood = static_cast<float>(skin.blood);
  const float texture = static_cast<float>(skin.texture),
              freckles = static_cast<float>(skin.freckles);
  const uint32_t mottle = rng.next(), redness = rng.next(), spots = rng.next();
  const float pitch = static_cast<float>(rng.uniform(1.6, 3.2));
  const Plane uneven = slow_field(
      scene, [&](float u, float v) { return fractal_noise(pitch * u, pitch * v, mottle, 3); });
  const Plane ruddy = slow_field(scene, [&](float u, float v) {
    return fractal_noise(1.3F * pitch * u, 1.3F * pitch * v, redness, 3);
  });
  for (size_t i = 0; i < uneven.data.size(); ++i) {
    scene.layers.melanin.data[i] += (melanin + 0.05F) * (1.F + 0.3F * texture * uneven.data[i]);
    scene.layers.blood.data[i] += (blood + 0.03F) * (1.F + 0.65F * texture * ruddy.data[i]);
  }
  if (freckles <= 0) return;
  const Plane blotch = slow_field(scene, [&](float u, float v) {
    return ramp(0.12F, 0.5F, fractal_noise(1.1F * u, 1.1F * v + 9.F, spots, 4));
  });
  add(scene.layers.melanin, blotch, 0.5F * freckles);
}

// The criss-cross of surface lines as the borders of a fine mosaic, with pores inside.
void paint_surface(Scene& scene, Rng& rng) {
  const float texture = static_cast<float>(scene.lesion.skin.texture);
  const float pitch = static_cast<float>(rng.uniform(8.0, 13.0));
  const float pores = rng.chance(0.35) ? static_cast<float>(rng.uniform(0.1, 0.4)) : 0.F;
  const uint32_t lines = rng.next();
  each_inside(scene, 1e9F, [&](size_t i, float u, float v) {
    const Cell cell = cellular(pitch * u, pitch * v, 0.9F, lines);
    scene.layers.melanin.data[i] += texture * (0.03F - 0.05F * ramp(0.F, 0.5F, cell.edge));
    if (pores > 0 && unit(cell.id) < 0.16F)
      scene.layers.melanin.data[i] += pores * ramp(0.28F, 0.08F, cell.centre);
  });
}

void paint_fine_vessels(Scene& scene, Rng& rng) {
  if (!rng.chance(0.3)) return;
  Plane mask = scene.blank();
  const int64_t count = rng.between(4, 22);
  for (int64_t n = 0; n < count; ++n) {
    const float u = static_cast<float>(rng.uniform(-3, 3)),
                v = static_cast<float>(rng.uniform(-2.5, 2.5));
    const auto stray = [&] { return static_cast<float>(0.4 * rng.normal()); };
    const Point from = scene.pose.to_px(u, v);
    const Point bend = scene.pose.to_px(u + stray(), v + stray());
    const Point to = scene.pose.to_px(u + stray(), v + stray());
    const float width = 0.028F * scene.pose.scale;
    stamp_path(mask, curve(from, bend, to, 6), width, 0.4F * width, 1.F);
  }
  add(scene.layers.blood, mask, static_cast<float>(rng.uniform(0.15, 0.5)));
}

}  // namespace

void paint_skin(Scene& scene) {
  Rng rng = lesion_stream(scene.lesion, kSkinTexture);
  paint_tone(scene, rng);
  paint_surface(scene, rng);
  paint_fine_vessels(scene, rng);
}

}  // namespace derm::drawing
