// FitNet's hint (Romero et al. 2015): the student's map, through a regressor, against the
// teacher's.
//
//   mean: element mean of (r(f_s) - f_t)^2
//   sum:  sum over channels and positions of the same, mean over the batch
#pragma once

#include <memory>

#include "distill/term.h"

namespace derm {

struct HintOptions {
  std::string student_tap = "stage3";
  std::string teacher_tap = "stage3";
  // A ReLU cannot reach negative targets: turn it off for teachers whose maps have them (ConvNeXt,
  // EfficientNet, MobileNet's stages).
  bool relu = true;
  bool l2_norm = false;
  std::string reduction = "mean";

  template <class V, class Self>
  static void visit(V& v, Self& c) {
    v("student_tap", c.student_tap, any(), "map of the student");
    v("teacher_tap", c.teacher_tap, any(), "map of the teacher");
    v("relu", c.relu, any(), "batch norm and ReLU after the regressor's convolution");
    v("l2_norm", c.l2_norm, any(), "scale each image's map to length 1 on both sides (MMRazor)");
    // Differs from paper: half the sum of squares; both public codes take the element mean.
    v("reduction", c.reduction, one_of({"mean", "sum"}), "over channels and positions");
  }
};

// Maps of equal shape [N, C, H, W] -> scalar.
torch::Tensor hint_loss(const torch::Tensor& teacher, const torch::Tensor& regressed,
                        const HintOptions& options);

// Two hints on one pair of taps share the regressor aux.hint_STUDENTTAP_TEACHERTAP.
std::unique_ptr<Term> new_hint(const TermContext& context, const HintOptions& options);

}  // namespace derm
