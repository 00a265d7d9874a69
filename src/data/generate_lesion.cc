#include <cmath>

#include "data/generate_classes.h"
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
  skin.blood = rng.uniform(0.0, 0.28);
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

}  // namespace derm
