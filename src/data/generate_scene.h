// A lesion laid out on the pixels of one photograph: where it is and what each pixel absorbs.
// Internal to the generator.
#pragma once

#include <array>

#include "base/rng.h"
#include "data/generate.h"
#include "data/generate_canvas.h"

namespace derm::drawing {

// Pixel <-> lesion coordinates (unit: mean lesion radius, origin: lesion centre).
struct Pose {
  Point centre;      // px
  float scale = 1;   // px per lesion radius
  Point axis{1, 0};  // the lesion's x axis in the frame, unit length

  Point to_px(float u, float v) const;
  Point to_lesion(float x, float y) const;
};

// One per-pixel quantity each. Optical densities (melanin, blood, deep) darken; the others are
// opacities in [0, 1].
struct Layers {
  Plane melanin;  // brown to black
  Plane blood;    // pink to dark red
  Plane deep;     // melanin in the dermis: blue-grey
  Plane veil;     // bluish white haze
  Plane white;    // scar, cysts, shiny structures
  Plane keratin;  // yellowish scale and plugs
};

struct Scene {
  const LesionSpec& lesion;
  Pose pose;
  int width = 0, height = 0;
  Layers layers;
  Plane radius;  // 0 at the lesion's centre, 1 on its border
  Plane inside;  // 1 in the lesion, 0 outside, between on the soft border
  Plane warp_x;  // px by which drawn marks are displaced, so that none is a perfect circle
  Plane warp_y;

  Plane blank() const { return Plane(width, height); }
};

// Streams that belong to the lesion (the same in all its images) and to one image.
Rng lesion_stream(const LesionSpec& lesion, uint32_t stream);
Rng shot_stream(const LesionSpec& lesion, const Shot& shot, uint32_t stream);

// Streams below kCueCount belong to the cues.
enum Stream : uint32_t {
  kSpec = 100,
  kShape,
  kWarp,
  kColour,
  kGrain,
  kSkinTexture,
  kPose,
  kLight,
  kDevice,
  kHair,
  kObjects,
  kSensor,
  kEncode,
  kPlan,
  kPeople
};

// Marks reach out to this border distance.
inline constexpr float kMarkLimit = 1.7F;

// 0 at the centre, 1 on the border, of a point in lesion coordinates.
float border_distance(const LesionSpec& lesion, uint32_t shape_seed, float u, float v);
uint32_t shape_seed(const LesionSpec& lesion);

// Calls paint(index, u, v) for every pixel whose border distance is below `limit`.
template <class Paint>
void each_inside(const Scene& scene, float limit, const Paint& paint) {
  size_t index = 0;
  for (int y = 0; y < scene.height; ++y)
    for (int x = 0; x < scene.width; ++x, ++index) {
      if (scene.radius.data[index] >= limit) continue;
      const Point at = scene.pose.to_lesion(static_cast<float>(x), static_cast<float>(y));
      paint(index, at.x, at.y);
    }
}

// field(u, v) over the whole frame, evaluated at every third pixel and filled in between: for
// fields whose wavelength is many pixels.
template <class Field>
Plane slow_field(const Scene& scene, const Field& field) {
  constexpr int kStep = 3;
  Plane coarse(scene.width / kStep + 2, scene.height / kStep + 2);
  for (int y = 0; y < coarse.height; ++y)
    for (int x = 0; x < coarse.width; ++x) {
      const Point at =
          scene.pose.to_lesion(static_cast<float>(kStep * x), static_cast<float>(kStep * y));
      coarse.at(x, y) = field(at.x, at.y);
    }
  return enlarge(coarse, kStep, scene.width, scene.height);
}

// Displaces a mask of drawn marks by the scene's warp; pixels far from the lesion are cleared.
void settle(const Scene& scene, Plane& mask);
// plane += amount * mask
void add(Plane& plane, const Plane& mask, float amount);
// plane = 1 - (1 - plane) * (1 - amount * mask): opacities stacked
void cover(Plane& plane, const Plane& mask, float amount);
void cover(float& pixel, float opacity);

Scene make_scene(const LesionSpec& lesion, const Shot& shot);
void paint_skin(Scene& scene);    // generate_skin.cc
void paint_lesion(Scene& scene);  // generate_lesion.cc: body colour, then every cue
// One function per cue, strength > 0:
using PaintCue = void (*)(Scene& scene, float strength, Rng rng);
PaintCue pigment_cue(Cue cue);  // generate_pigment.cc; null where the cue is not of its kind
PaintCue vessel_cue(Cue cue);   // generate_vessels.cc
PaintCue keratin_cue(Cue cue);  // generate_keratin.cc

// Linear light, three planes R, G, B, about 0 to 1.
using Light = std::array<Plane, 3>;
Light expose(const Scene& scene, double venous);                         // generate_colour.cc
void add_artefacts(const Scene& scene, const Shot& shot, Light& light);  // generate_artefacts.cc
Image photograph(const Scene& scene, const Shot& shot, Light& light);    // generate_camera.cc

}  // namespace derm::drawing
