#include "distill/step.h"

#include <algorithm>

#include "base/error.h"

namespace derm {

const Taps& Step::teacher() const {
  if (teachers.empty()) throw Error("this recipe needs a teacher", "", "--teacher RUN or FILE");
  return teachers.front();
}

torch::Tensor Step::view(const torch::Tensor& rows, int64_t v) const {
  return views == 1 ? rows : rows.slice(0, v, rows.size(0), views);
}

torch::Tensor Step::others(const torch::Tensor& rows) const {
  auto sizes = rows.sizes().vec();
  const int64_t samples = sizes[0] / views;
  auto grouped = sizes;
  grouped[0] = samples;
  grouped.insert(grouped.begin() + 1, views);
  sizes[0] = samples * (views - 1);
  return rows.reshape(grouped).slice(1, 1, views).reshape(sizes);
}

void Needs::join(const Needs& other) {
  student.insert(other.student.begin(), other.student.end());
  teacher.insert(other.teacher.begin(), other.teacher.end());
  peer.insert(other.peer.begin(), other.peer.end());
  views = std::max(views, other.views);
}

torch::Tensor tap(const Taps& taps, const std::string& name) {
  const auto it = taps.find(name);
  if (it == taps.end()) throw Error("tap was not computed", name);
  const auto& value = it->second;
  return value.scalar_type() == torch::kDouble ? value : value.to(torch::kFloat);
}

}  // namespace derm
