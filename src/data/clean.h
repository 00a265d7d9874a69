// Cleaning of a whole decoded frame before it is resized: hairs painted over, the colour of the
// light removed. Off by default. Done once, before a cache, and part of the preprocessing contract.
#pragma once

#include "image/image.h"
#include "image/preprocess.h"

namespace derm {

// Share of a frame's pixels that hairs cover, 0 to 1: thin structures darker than their
// surroundings by more than 10 of 255, widened by a pixel.
double hair_share(const Image& frame);

// Paints them over where they cover 1 to 30 % of the frame; any other frame is returned as it is:
// less is noise, more is not hair. Hairs are thinner than 17 pixels on a frame of short side 450.
// After Lee, Ng, Gallagher, Coldman, McLean: "DullRazor: A software approach to hair removal from
// images", Comput Biol Med 27, 1997; and Telea: "An image inpainting technique based on the fast
// marching method", J Graph Tools 9, 2004.
Image remove_hair(const Image& frame);

// Scales each channel so that the Minkowski 6-mean of the frame becomes grey (Finlayson, Trezzi:
// "Shades of gray and colour constancy", Color Imaging Conference, 2004).
Image shades_of_grey(const Image& frame);

// What the contract wants, hair first.
Image clean(Image frame, const Clean& wanted);

}  // namespace derm
