// The model card of a bundle, in Markdown with front matter.
#pragma once

#include <optional>
#include <string>

#include "eval/metrics.h"
#include "runtime/metadata.h"

namespace derm {

// `validation`: metrics on the calibration split at the fitted temperature, where there is one.
// `int8_cost`: the table of an int8 bundle's quantisation, empty for other precisions.
std::string model_card(const BundleMetadata& metadata, const std::optional<Metrics>& validation,
                       const std::string& int8_cost = "");

}  // namespace derm
