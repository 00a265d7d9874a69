// What the server says, as JSON.
#pragma once

#include "base/json.h"
#include "runtime/predictor.h"
#include "serve/batcher.h"
#include "serve/http.h"

namespace derm {

inline constexpr const char* kNotice = "Research use only: not a medical device.";

struct Timings {
  double read_ms = 0, decode_ms = 0, total_ms = 0;
};

// What /v1/predict answers.
Json prediction_answer(const Batched& batched, const BundleMetadata& metadata, double coverage,
                       const Timings& timings);

// What /v1/explain says besides: the fitted image, and the same under the map of class `label`.
Json explanation_answer(const Image& fitted, const Image& overlay, const std::string& label,
                        const std::string& kind);

// {"error": {"what", "where", "expected", "got"}}
HttpResponse error_answer(const Error& error, int status);

HttpResponse json_answer(const Json& json);

}  // namespace derm
