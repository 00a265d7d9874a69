#include "train/tensorboard.h"

#include "base/strings.h"

namespace derm {
namespace {

std::string tag_of(const std::string& column) {
  if (starts_with(column, "val_")) return "val/" + column.substr(4);
  if (starts_with(column, "train_")) return "train/" + column.substr(6);
  if (ends_with(column, "_loss")) return "train/" + column;
  return column;
}

}  // namespace

std::vector<EventScalar> scalars_of(const Json& row) {
  std::vector<EventScalar> out;
  for (const auto& [column, value] : row.items())
    if (value.is_number() && column != "epoch")
      out.push_back({tag_of(column), value.get<double>()});
  return out;
}

void TensorBoard::add(const Json& rows) {
  const auto step = static_cast<int64_t>(rows.size());
  if (!file_) file_ = std::make_unique<EventFile>(folder_, step);
  file_->add(step, scalars_of(rows.back()));
}

}  // namespace derm
