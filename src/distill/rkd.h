// Relational distillation (RKD, Park et al. 2019), the DRKD of SSD-KD (Wang et al. 2023, eq. 4-5):
// distances between embeddings and angles in triples of them, each as Huber's loss between sides.
//
//   distance: mean over B^2 of H(d_ij / mu_s - d_ij / mu_t), mu the mean of a side's positive
//   distances angle:    mean over B^3 of H(cos_s(i, j, k) - cos_t(i, j, k)), the angle at vertex j
//   area:     mean over B^3 of H(a_s / mean - a_t / mean), a the triangle's area (Cho et al. 2023;
//             reconstruction, of which the abstract alone was public)
//
// Embeddings of any two widths. Pairs closer than 1e-6 carry no gradient; a side whose points all
// coincide gives 0.
#pragma once

#include <memory>

#include "distill/term.h"

namespace derm {

struct RkdOptions {
  double distance = 25;
  double angle = 50;
  double area = 0;
  bool l2_norm = false;
  std::string views = "all";

  template <class V, class Self>
  static void visit(V& v, Self& c) {
    // Differs from paper: SSD-KD's eq. 5 sums over pairs and triples; its code takes means over all
    // B^2 and B^3 entries with these factors.
    v("distance", c.distance, at_least(0), "weight of the distances");
    v("angle", c.angle, at_least(0), "weight of the angles");
    v("area", c.area, at_least(0), "weight of the triangles' areas");
    v("l2_norm", c.l2_norm, any(), "normalise embeddings to length 1 first");
    v("views", c.views, one_of({"all", "upright"}),
      "rows that are related: SSD-KD's code takes all rotations");
  }
};

// Student and teacher embeddings [N, D_s], [N, D_t] -> scalar; 0 for fewer than two rows. Sums are
// kept in float64: differences of squares lose float32's digits for close points.
torch::Tensor rkd_distance(const torch::Tensor& teacher, const torch::Tensor& student);
torch::Tensor rkd_angle(const torch::Tensor& teacher, const torch::Tensor& student);
torch::Tensor rkd_area(const torch::Tensor& teacher, const torch::Tensor& student);
torch::Tensor rkd_loss(const torch::Tensor& teacher, const torch::Tensor& student,
                       const RkdOptions& options);

std::unique_ptr<Term> new_rkd(const TermContext& context, const RkdOptions& options);

}  // namespace derm
