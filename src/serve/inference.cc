#include "serve/inference.h"

#include <algorithm>
#include <set>

#include "base/strings.h"
#include "image/decode.h"
#include "serve/multipart.h"

namespace derm {
namespace {

const std::string kImageName = "the image";

double ms_since(Clock::time_point begin) {
  return std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
}

void check_query(const HttpRequest& request, const std::vector<std::string>& known) {
  for (const auto& [name, value] : request.query)
    if (std::find(known.begin(), known.end(), name) == known.end())
      throw HttpError(400, "unknown parameter", "the query", join(known, ", "), name);
}

double coverage_of(const HttpRequest& request) {
  const auto found = request.query.find("coverage");
  if (found == request.query.end()) return 0.9;
  const auto value = to_double(found->second);
  if (!value || !(*value > 0 && *value <= 1))
    throw HttpError(400, "a coverage that cannot be", "parameter coverage",
                    "a number above 0, at most 1", found->second);
  return *value;
}

std::string media_type(const HttpRequest& request) {
  const std::string header = request.header("content-type");
  return lower(trim(std::string_view(header).substr(0, header.find(';'))));
}

void check_media(const HttpRequest& request) {
  static const std::set<std::string> kTypes{"", "image/jpeg", "image/png",
                                            "application/octet-stream", "multipart/form-data"};
  if (kTypes.count(media_type(request)) == 0)
    throw HttpError(415, "another kind of content", "header content-type",
                    "image/jpeg, image/png, application/octet-stream, or multipart/form-data",
                    media_type(request));
  const std::string coding = lower(request.header("content-encoding"));
  if (!coding.empty() && coding != "identity")
    throw HttpError(415, "a compressed body", "header content-encoding", "none", coding);
}

void check_size(ByteView bytes, uint64_t max_pixels) {
  DecodeLimits any;
  any.max_pixels = UINT64_MAX;
  const ImageSize size = decode_size(bytes, kImageName, any);
  const auto pixels = static_cast<uint64_t>(size.width) * static_cast<uint64_t>(size.height);
  if (pixels > max_pixels)
    throw HttpError(413, "too many pixels", kImageName, fmt::format("at most {}", max_pixels),
                    fmt::format("{} x {}", size.width, size.height));
}

}  // namespace

Inference::Inference(std::shared_ptr<const Predictor> predictor, const InferenceOptions& options,
                     const std::function<void(size_t)>& ran)
    : predictor_(std::move(predictor)),
      options_(options),
      admitted_(options.queue),
      working_(options.threads),
      batcher_(
          [this, ran](const std::vector<Image>& images) {
            ran(images.size());
            return predictor_->predict(images);
          },
          {static_cast<size_t>(options.batch), static_cast<size_t>(options.queue)}) {}

// Before the body is read: what is not admitted costs no memory.
Slot Inference::admit() {
  auto slot = admitted_.take_now();
  if (!slot) throw Busy("queue", "the queue is full", "the queue");
  return std::move(*slot);
}

Slot Inference::working_slot(Clock::time_point deadline) {
  auto slot = working_.take_until(deadline);
  if (!slot) throw Busy("timeout", "no answer in time", "the queue");
  return std::move(*slot);
}

Json Inference::predict(HttpRequest& request) {
  check_query(request, {"coverage"});
  const double coverage = coverage_of(request);
  const Slot admission = admit();
  Classified done = classify(request);
  done.timings.total_ms = ms_since(request.begin);
  return prediction_answer(done.batched, predictor_->bundle().metadata, coverage, done.timings);
}

Json Inference::explain(HttpRequest& request) {
  const BundleMetadata& metadata = predictor_->bundle().metadata;
  if (metadata.cam.empty())
    throw HttpError(409, "the bundle has no class activation maps", "/v1/explain",
                    "a bundle that was exported with them");
  check_query(request, {"class", "coverage"});
  const double coverage = coverage_of(request);
  label_of(request, 0);  // refuses an unknown one before the work
  const Slot admission = admit();
  Classified done = classify(request);
  const size_t label = label_of(request, done.batched.prediction.top);
  const Json explanation = overlay_of(done, label, request.deadline);
  done.timings.total_ms = ms_since(request.begin);
  Json answer = prediction_answer(done.batched, metadata, coverage, done.timings);
  answer["explanation"] = explanation;
  return answer;
}

size_t Inference::label_of(const HttpRequest& request, size_t top) const {
  const auto asked = request.query.find("class");
  if (asked == request.query.end()) return top;
  const auto& classes = predictor_->classes();
  const auto found = std::find(classes.begin(), classes.end(), asked->second);
  if (found == classes.end())
    throw HttpError(400, "no such class", "parameter class", join(classes, ", "), asked->second);
  return static_cast<size_t>(found - classes.begin());
}

Inference::Classified Inference::classify(HttpRequest& request) {
  check_media(request);
  Classified done;
  const std::string body = request.body(options_.max_body_bytes);
  done.timings.read_ms = ms_since(request.begin);
  {
    const Slot slot = working_slot(request.deadline);
    const auto begin = Clock::now();
    done.fitted = read_image(body, request.header("content-type"));
    done.timings.decode_ms = ms_since(begin);
  }
  done.batched = batcher_.predict(done.fitted, request.deadline);
  return done;
}

Image Inference::read_image(const std::string& body, const std::string& content_type) const {
  const bool form = starts_with(lower(content_type), "multipart/form-data");
  const ByteView bytes(form ? multipart_field(body, content_type, "image")
                            : std::string_view(body));
  try {
    check_size(bytes, options_.max_pixels);
    DecodeLimits limits;
    limits.max_pixels = options_.max_pixels;
    return fit(decode(bytes, kImageName, limits), predictor_->bundle().metadata.contract);
  } catch (const HttpError&) {
    throw;
  } catch (const Error& error) {
    throw HttpError(400, error.problem(), error.where(), error.expected(), error.got());
  }
}

Json Inference::overlay_of(const Classified& classified, size_t label, Clock::time_point deadline) {
  const Slot slot = working_slot(deadline);
  return explanation_answer(classified.fitted, predictor_->class_overlay(classified.fitted, label),
                            predictor_->classes()[label], predictor_->bundle().metadata.cam);
}

}  // namespace derm
