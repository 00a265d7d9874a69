#include "distill/rkd.h"

#include "distill/math.h"

namespace derm {
namespace {

constexpr double kClose = 1e-6;  // two points nearer than this are one

// Inner products and distances of one side's points, in float64. The differences of triples follow
// from the inner products alone, so nothing larger than [N, N, N] is ever made.
struct Points {
  torch::Tensor gram;      // [N, N]
  torch::Tensor distance;  // [N, N], 0 where two points are one
  torch::Tensor apart;     // [N, N] bool
};

Points points_of(const torch::Tensor& embedding) {
  const auto e = embedding.to(torch::kDouble);
  const auto centred = e - e.mean(0, /*keepdim=*/true);  // smaller squares, more digits
  Points p;
  p.gram = centred.matmul(centred.t());
  const auto squares = p.gram.diagonal();
  const auto squared = squares.unsqueeze(0) + squares.unsqueeze(1) - 2 * p.gram;
  const auto self = torch::eye(e.size(0), torch::TensorOptions(torch::kBool).device(e.device()));
  p.apart = (squared > kClose * kClose).logical_and(self.logical_not());
  // The root only ever sees positive numbers: its slope at 0 would be infinite times 0.
  const auto root = torch::where(p.apart, squared, torch::ones_like(squared)).sqrt();
  p.distance = torch::where(p.apart, root, torch::zeros_like(root));
  return p;
}

// x / mean of the entries that `used` selects; 0 where it selects none.
torch::Tensor over_mean(const torch::Tensor& x, const torch::Tensor& used) {
  const auto count = used.sum().clamp_min(1);
  const auto mean = (x * used).sum() / count;
  return x / mean.clamp_min(1e-30);
}

// <e_i - e_j, e_k - e_j> for every vertex j: [N (j), N (i), N (k)].
torch::Tensor corner_products(const torch::Tensor& gram) {
  const auto squares = gram.diagonal();
  return gram.unsqueeze(0) - gram.unsqueeze(2) - gram.unsqueeze(1) +
         squares.unsqueeze(1).unsqueeze(2);
}

torch::Tensor cosines(const Points& p) {
  const auto inverse =
      torch::where(p.apart, 1 / torch::where(p.apart, p.distance, torch::ones_like(p.distance)),
                   torch::zeros_like(p.distance));
  return corner_products(p.gram) * inverse.unsqueeze(2) * inverse.unsqueeze(1);
}

// Areas of the triangles [N (j), N (i), N (k)] and which triples are distinct points.
std::pair<torch::Tensor, torch::Tensor> areas(const Points& p) {
  const auto squared = p.distance.square();
  const auto det = squared.unsqueeze(2) * squared.unsqueeze(1) - corner_products(p.gram).square();
  const auto distinct =
      p.apart.unsqueeze(2).logical_and(p.apart.unsqueeze(1)).logical_and(p.apart.unsqueeze(0));
  const auto area =
      0.5 * torch::where(distinct, det.clamp_min(1e-12), torch::ones_like(det)).sqrt();
  return {torch::where(distinct, area, torch::zeros_like(area)), distinct};
}

// 0 where one side's points are all one: there is no relation to compare.
torch::Tensor comparable(const Points& teacher, const Points& student) {
  return teacher.apart.any().logical_and(student.apart.any()).to(torch::kDouble);
}

bool too_few(const torch::Tensor& student) {
  return student.size(0) < 2;
}

torch::Tensor none(const torch::Tensor& student) {
  return student.sum() * 0;
}

torch::Tensor distance_of(const Points& teacher, const Points& student) {
  const auto difference =
      over_mean(student.distance, student.apart) - over_mean(teacher.distance, teacher.apart);
  return comparable(teacher, student) * huber(difference).mean();
}

torch::Tensor angle_of(const Points& teacher, const Points& student) {
  return comparable(teacher, student) * huber(cosines(student) - cosines(teacher)).mean();
}

torch::Tensor area_of(const Points& teacher, const Points& student) {
  const auto [of_teacher, in_teacher] = areas(teacher);
  const auto [of_student, in_student] = areas(student);
  const auto difference = over_mean(of_student, in_student) - over_mean(of_teacher, in_teacher);
  return comparable(teacher, student) * huber(difference).mean();
}

class Rkd : public Term {
 public:
  explicit Rkd(const RkdOptions& options) : options_(options) {}

  Needs needs() const override { return {{"embedding"}, {"embedding"}, {}, 1}; }

  torch::Tensor loss(const Step& step) override {
    auto teacher = tap(step.teacher(), "embedding"), student = tap(step.student, "embedding");
    if (options_.views == "upright") {
      teacher = step.view(teacher, 0);
      student = step.view(student, 0);
    }
    return rkd_loss(teacher, student, options_);
  }

 private:
  RkdOptions options_;
};

}  // namespace

torch::Tensor rkd_distance(const torch::Tensor& teacher, const torch::Tensor& student) {
  if (too_few(student)) return none(student);
  return distance_of(points_of(teacher), points_of(student)).to(student.scalar_type());
}

torch::Tensor rkd_angle(const torch::Tensor& teacher, const torch::Tensor& student) {
  if (too_few(student)) return none(student);
  return angle_of(points_of(teacher), points_of(student)).to(student.scalar_type());
}

torch::Tensor rkd_area(const torch::Tensor& teacher, const torch::Tensor& student) {
  if (too_few(student)) return none(student);
  return area_of(points_of(teacher), points_of(student)).to(student.scalar_type());
}

torch::Tensor rkd_loss(const torch::Tensor& teacher, const torch::Tensor& student,
                       const RkdOptions& options) {
  if (too_few(student)) return none(student);
  const auto of = [&](const torch::Tensor& e) {
    return points_of(options.l2_norm ? unit_rows(e) : e);
  };
  const Points t = of(teacher), s = of(student);
  auto total = options.distance * distance_of(t, s);
  if (options.angle > 0) total = total + options.angle * angle_of(t, s);
  if (options.area > 0) total = total + options.area * area_of(t, s);
  return total.to(student.scalar_type());
}

std::unique_ptr<Term> new_rkd(const TermContext& context, const RkdOptions& options) {
  context.teacher();
  return std::make_unique<Rkd>(options);
}

}  // namespace derm
