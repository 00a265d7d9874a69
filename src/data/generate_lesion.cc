#include <cmath>

#include "data/generate_classes.h"
#include "data/generate_noise.h"
#include "data/generate_scene.h"

namespace derm {

using namespace drawing;

namespace {

// Densities of the palettes pale, tan, brown, dark and calm, pink, red: neighbours overlap.
constexpr Range kPigments[] = {{.03, .40}, {.30, .85}, {.70, 1.5}, {1.3, 2.5}};
constexpr Range kFlushes[] = {{.0, .18}, {.15, .45}, {.40, .95}};

// Six skin tones by individual typology angle, very light to dark, and how common they are in
// dermoscopic collections (mostly light).
constexpr Range kTones[] = {{55, 70}, {41, 55}, {28, 41}, {10, 28}, {-30, 10}, {-50, -30}};
constexpr std::array<double, 6> kToneWeights = {.30, .30, .19, .11, .07, .03};

constexpr std::array<double, 3> kHairColours[] = {
    {.012, .009, .008}, {.035, .018, .010}, {.10, .055, .028}, {.30, .21, .12}, {.42, .40, .38}};
constexpr std::array<double, 5> kHairWeights = {.42, .28, .14, .09, .07};

double draw(Rng& rng, const Range& range) {
  return rng.uniform(range.low, range.high);
}

SkinSpec make_skin(Rng& rng, double age_mean) {
  SkinSpec skin;
  skin.ita_degrees = draw(rng, kTones[weighted_choice(kToneWeights, rng.uniform())]);
  skin.melanin = 0.02 + 0.95 * std::pow((72.0 - skin.ita_degrees) / 122.0, 1.6);
  skin.blood = rng.uniform(0.05, 0.42);
  skin.texture = rng.uniform(0.35, 1.3);
  skin.freckles = rng.chance(age_mean > 58 ? 0.4 : 0.18) ? rng.uniform(0.2, 1.0) : 0.0;
  skin.hair = rng.chance(0.45) ? rng.uniform(0.1, 1.0) : 0.0;
  skin.hair_colour = kHairColours[weighted_choice(kHairWeights, rng.uniform())];
  return skin;
}

void choose_cues(const ClassLook& look, LesionSpec& lesion) {
  int shown = 0;
  for (const auto& row : look.cues) {
    Rng rng = lesion_stream(lesion, static_cast<uint32_t>(row.cue));
    if (!rng.chance(row.chance)) continue;
    lesion.cues[static_cast<size_t>(row.cue)] = draw(rng, row.strength);
    shown += row.chance >= 0.3 ? 1 : 0;
  }
  // A lesion with none of its class's leading cues could only be guessed: the first one steps in,
  // faintly.
  if (shown > 0) return;
  const auto& lead = look.cues.front();
  lesion.cues[static_cast<size_t>(lead.cue)] = lead.strength.low;
}

Pose make_pose(const LesionSpec& lesion, const Shot& shot) {
  Rng rng = shot_stream(lesion, shot, kPose);
  const float w = static_cast<float>(shot.width), h = static_cast<float>(shot.height);
  const float side = std::min(w, h);
  const double angle = rng.uniform(0, 6.283185307), zoom = rng.uniform(0.75, 1.3);
  Pose pose;
  pose.centre = {0.5F * (w - 1), 0.5F * (h - 1)};
  pose.scale = side * static_cast<float>(std::min(0.47, lesion.radius * (shot.plain ? 1 : zoom)));
  if (shot.plain) return pose;
  const double stray = std::max(0.02, 0.16 - 0.2 * lesion.radius);
  pose.centre.x += side * static_cast<float>(stray * rng.normal());
  pose.centre.y += side * static_cast<float>(0.7 * stray * rng.normal());
  pose.axis = {static_cast<float>(std::cos(angle)), static_cast<float>(std::sin(angle))};
  return pose;
}

}  // namespace

LesionSpec make_lesion(uint64_t seed, uint64_t number, int64_t label) {
  const ClassLook& look = class_looks().at(static_cast<size_t>(label));
  LesionSpec lesion;
  lesion.seed = seed;
  lesion.number = number;
  lesion.label = label;
  Rng rng = lesion_stream(lesion, kSpec);
  lesion.skin = make_skin(rng, look.age_mean);
  lesion.radius = draw(rng, look.radius);
  lesion.aspect = draw(rng, look.aspect);
  lesion.irregularity = draw(rng, look.irregularity);
  lesion.softness = draw(rng, look.softness);
  lesion.variegation = draw(rng, look.variegation);
  lesion.melanin = draw(rng, kPigments[weighted_choice(look.pigment, rng.uniform())]);
  lesion.blood = draw(rng, kFlushes[weighted_choice(look.flush, rng.uniform())]);
  lesion.venous = rng.uniform();
  choose_cues(look, lesion);
  return lesion;
}

Image render(const LesionSpec& lesion, const Shot& shot) {
  Scene scene = make_scene(lesion, shot);
  paint_skin(scene);
  paint_lesion(scene);
  Light light = expose(scene, lesion.venous);
  if (!shot.plain) add_artefacts(scene, shot, light);
  return photograph(scene, shot, light);
}

namespace drawing {

Point Pose::to_px(float u, float v) const {
  return {centre.x + scale * (u * axis.x - v * axis.y),
          centre.y + scale * (u * axis.y + v * axis.x)};
}

Point Pose::to_lesion(float x, float y) const {
  const float dx = (x - centre.x) / scale, dy = (y - centre.y) / scale;
  return {dx * axis.x + dy * axis.y, dy * axis.x - dx * axis.y};
}

Rng lesion_stream(const LesionSpec& lesion, uint32_t stream) {
  return Rng({lesion.seed, Purpose::kGenerate, 1, lesion.number, stream});
}

Rng shot_stream(const LesionSpec& lesion, const Shot& shot, uint32_t stream) {
  return Rng({lesion.seed, Purpose::kGenerate, 2, shot.number, stream});
}

uint32_t shape_seed(const LesionSpec& lesion) {
  return lesion_stream(lesion, kShape).next();
}

float border_distance(const LesionSpec& lesion, uint32_t seed, float u, float v) {
  const float stretch = std::sqrt(static_cast<float>(lesion.aspect));
  const float stray = static_cast<float>(lesion.irregularity);
  const float x = u / stretch, y = v * stretch;
  const float round = std::sqrt(x * x + y * y);
  if (round > 2.5F) return round;
  // Coarse noise bends the outline, finer noise notches it; near the centre both fade out.
  const float coarse = value_noise(1.1F * u + 7.3F, 1.1F * v, seed);
  const float fine = fractal_noise(2.9F * u, 2.9F * v + 3.1F, seed + 1, 3);
  return round + stray * std::min(1.F, 1.6F * round) * (0.75F * coarse + 0.55F * fine);
}

void add(Plane& plane, const Plane& mask, float amount) {
  for (size_t i = 0; i < plane.data.size(); ++i) plane.data[i] += amount * mask.data[i];
}

void cover(float& pixel, float opacity) {
  pixel = 1.F - (1.F - pixel) * (1.F - clamp01(opacity));
}

void cover(Plane& plane, const Plane& mask, float amount) {
  for (size_t i = 0; i < plane.data.size(); ++i)
    if (mask.data[i] > 0) cover(plane.data[i], amount * mask.data[i]);
}

Scene make_scene(const LesionSpec& lesion, const Shot& shot) {
  Scene scene{lesion, make_pose(lesion, shot), shot.width, shot.height, {}, {}, {}};
  auto& l = scene.layers;
  for (Plane* plane :
       {&l.melanin, &l.blood, &l.deep, &l.veil, &l.white, &l.keratin, &scene.radius, &scene.inside})
    *plane = scene.blank();
  const uint32_t seed = shape_seed(lesion);
  const float soft = std::max(static_cast<float>(lesion.softness), 1.F / scene.pose.scale);
  size_t i = 0;
  for (int y = 0; y < scene.height; ++y)
    for (int x = 0; x < scene.width; ++x, ++i) {
      const Point at = scene.pose.to_lesion(static_cast<float>(x), static_cast<float>(y));
      const float distance = border_distance(lesion, seed, at.x, at.y);
      scene.radius.data[i] = distance;
      scene.inside.data[i] = ramp(1.F + 0.5F * soft, 1.F - 0.5F * soft, distance);
    }
  return scene;
}

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
  const float rim = static_cast<float>(rng.uniform(-0.25, 0.25));  // darker or lighter border
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
}

}  // namespace drawing
}  // namespace derm
