// Predictions as a table for people, JSON lines, or CSV in the columns of an ISIC submission.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "runtime/predictor.h"

namespace derm {

// Classes by falling probability, at most `top`.
std::vector<size_t> ranking_of(const Prediction& prediction, size_t top);

// file, class, probability, probabilities (all, or the `top` most probable), calls, energy,
// warnings.
Json prediction_json(const std::string& file, const Prediction& prediction,
                     const BundleMetadata& metadata, size_t top);

std::string prediction_line(const std::string& file, const Prediction& prediction,
                            const BundleMetadata& metadata, size_t top);

std::string csv_header(const std::vector<std::string>& classes);
std::string csv_row(const std::string& file, const Prediction& prediction);

}  // namespace derm
