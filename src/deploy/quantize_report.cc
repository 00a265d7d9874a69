// The report of a quantisation as JSON and as a table.
#include <cmath>

#include "deploy/quantize.h"
#include "eval/table.h"

namespace derm {
namespace {

Json number_or_null(double value) {
  return std::isnan(value) ? Json(nullptr) : Json(value);
}

Json json_of(const PairedDifference& d) {
  return {{"float", number_or_null(d.first)},
          {"int8", number_or_null(d.second)},
          {"difference", number_or_null(d.difference)},
          {"low", number_or_null(d.low)},
          {"high", number_or_null(d.high)}};
}

void add_row(TextTable& table, const char* name, const PairedDifference& d) {
  table.add({name, format_score(d.first), format_score(d.second),
             fmt::format("{:+.4f} [{:+.4f}, {:+.4f}]", d.difference, d.low, d.high)});
}

}  // namespace

Json to_json(const QuantizeReport& r) {
  Json layers = Json::array();
  for (const auto& layer : r.layers)
    layers.push_back({{"layer", layer.layer}, {"noise", layer.noise}});
  return {
      {"calibration", {{"method", r.method}, {"images", r.calibration_images}}},
      {"weight_bits", r.weight_bits},
      {"split", r.split},
      {"images", r.images},
      {"balanced_accuracy", json_of(r.balanced_accuracy)},
      {"melanoma_sensitivity", r.has_melanoma ? json_of(r.melanoma_sensitivity) : Json(nullptr)},
      {"expected_calibration_error", json_of(r.calibration_error)},
      {"agreement", r.agreement},
      {"max_drop", r.max_drop},
      {"within_max_drop", r.within_max_drop()},
      {"model_bytes", {{"float", r.float_bytes}, {"int8", r.int8_bytes}}},
      {"latency_ms", {{"float", r.float_ms}, {"int8", r.int8_ms}, {"threads", 1}, {"batch", 1}}},
      {"float_layers", r.float_layers},
      {"layers", layers}};
}

std::string quantize_table(const QuantizeReport& r) {
  TextTable table({"measure", "float", "int8", "difference, 95 % interval"});
  add_row(table, "balanced accuracy", r.balanced_accuracy);
  if (r.has_melanoma) add_row(table, "melanoma sensitivity", r.melanoma_sensitivity);
  add_row(table, "calibration error", r.calibration_error);
  table.add({"model bytes", format_count(r.float_bytes), format_count(r.int8_bytes),
             fmt::format("{:.2f} times smaller",
                         static_cast<double>(r.float_bytes) / static_cast<double>(r.int8_bytes))});
  table.add({"latency ms", fmt::format("{:.2f}", r.float_ms), fmt::format("{:.2f}", r.int8_ms),
             fmt::format("{:.2f} times faster", r.float_ms / r.int8_ms)});
  return table.str() +
         fmt::format(
             "same class for {:.2f} % of {} images of {}; calibrated with {} on {} images "
             "of train; {} of {} layers in float\n",
             100 * r.agreement, r.images, r.split, r.method, r.calibration_images,
             r.float_layers.size(), r.layers.size());
}

}  // namespace derm
