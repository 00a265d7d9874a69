#include "runtime/verify.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"

namespace derm {

std::string pixels_sha256(const Image& fitted) {
  return sha256(ByteView(fitted.data));
}

std::vector<GoldenResult> verify(const Predictor& predictor) {
  const Bundle& bundle = predictor.bundle();
  std::vector<GoldenResult> results;
  for (const GoldenImage& golden : bundle.golden) {
    const std::string where = bundle.name + ", " + golden.file;
    const Image image = predictor.fitted(bundle.file(golden.file), where);
    if (const auto found = pixels_sha256(image); found != golden.pixels_sha256)
      throw Error("the contract gives other pixels", where, golden.pixels_sha256, found);
    const Prediction prediction = predictor.predict({image}).front();
    GoldenResult result{golden.file, 0};
    for (size_t k = 0; k < golden.logits.size(); ++k) {
      const double difference = std::fabs(prediction.logits[k] - golden.logits[k]);
      if (!(difference <= bundle.golden_tolerance))
        throw Error("another answer than the golden one", where + ", " + predictor.classes()[k],
                    fmt::format("logit {} within {}", golden.logits[k], bundle.golden_tolerance),
                    fmt::format("{}", prediction.logits[k]));
      result.logit_difference = std::max(result.logit_difference, difference);
    }
    results.push_back(result);
  }
  return results;
}

}  // namespace derm
