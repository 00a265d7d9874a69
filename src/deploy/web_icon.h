// The icon of the offline page on a home screen.
#pragma once

#include "image/image.h"

namespace derm {

// side_px x side_px: the ring of a dermatoscope around a spot, inside the middle four fifths, which
// is what remains of a maskable icon.
Image web_icon(int side_px);

}  // namespace derm
