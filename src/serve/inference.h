// From the request of an image to the answer: limits, decoding, the batch, the heat map.
#pragma once

#include <memory>

#include "serve/answers.h"
#include "serve/batcher.h"
#include "serve/slots.h"

namespace derm {

struct InferenceOptions {
  uint64_t max_body_bytes = uint64_t{16} << 20;
  uint64_t max_pixels = 40'000'000;
  int64_t queue = 32;   // requests that are held at once, their bodies too
  int64_t batch = 8;    // images of one run
  int64_t threads = 1;  // images that are decoded, or drawn over, at once
};

class Inference {
 public:
  // `ran` hears the size of each batch.
  Inference(std::shared_ptr<const Predictor> predictor, const InferenceOptions& options,
            const std::function<void(size_t)>& ran);

  // Both throw HttpError: 400, 408, 409, 413, 415, 503.
  Json predict(HttpRequest& request);
  Json explain(HttpRequest& request);

  size_t waiting() const { return batcher_.waiting(); }
  const Predictor& predictor() const { return *predictor_; }

 private:
  struct Classified {
    Image fitted;
    Batched batched;
    Timings timings;
  };

  Slot admit();
  Slot working_slot(Clock::time_point deadline);
  Classified classify(HttpRequest& request);
  Image read_image(const std::string& body, const std::string& content_type) const;
  size_t label_of(const HttpRequest& request, size_t top) const;
  Json overlay_of(const Classified& classified, size_t label, Clock::time_point deadline);

  std::shared_ptr<const Predictor> predictor_;
  InferenceOptions options_;
  Slots admitted_, working_;
  Batcher batcher_;
};

}  // namespace derm
