// The training pipeline of the SSD-KD code (Wang, Wang, Cai, Lee, Miao, Wang: "SSD-KD: A
// self-supervised diverse knowledge distillation method for lightweight skin lesion
// classification", Med Image Anal 84, 2023), step by step with the semantics of imgaug 0.4.
//
//   p 0.25 zoom -> resize, aspect ignored, bicubic without antialias -> p 0.5 mirror
//   -> p 0.2 upside down -> p 0.25 rotate -> p 0.25 blur -> p 0.1 one kind of dropout
//   -> p 0.25 one kind of colour shift
//
// The contract gives the side only: the aspect is ignored whatever its geometry says.
#pragma once

#include <memory>

#include "data/augment.h"

namespace derm {

std::shared_ptr<const Augment> make_ssdkd(const AugmentConfig& config, const Preprocess& contract);

}  // namespace derm
