#include "serve/answers.h"

#include "base/base64.h"
#include "image/encode.h"
#include "runtime/decision.h"

namespace derm {
namespace {

// Text of a client can be anything; JSON is UTF-8.
std::string dumped(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string png_data(const Image& image) {
  return "data:image/png;base64," + base64(encode_png(image));
}

Json set_json(const PredictionSet& set, const BundleMetadata& metadata, double coverage) {
  Json classes = Json::array();
  for (const size_t k : set.classes) classes.push_back(metadata.classes[k]);
  return {{"coverage", coverage}, {"classes", classes}, {"probability", set.probability}};
}

}  // namespace

Json prediction_answer(const Batched& batched, const BundleMetadata& metadata, double coverage,
                       const Timings& timings) {
  const Prediction& p = batched.prediction;
  Json probabilities = Json::object();
  for (size_t k = 0; k < p.probabilities.size(); ++k)
    probabilities[metadata.classes[k]] = p.probabilities[k];
  return {
      {"class", metadata.classes[p.top]},
      {"probability", p.probabilities[p.top]},
      {"probabilities", probabilities},
      {"prediction_set", set_json(prediction_set(p.probabilities, coverage), metadata, coverage)},
      {"calls", calls_of(p, metadata)},
      {"energy", p.energy},
      {"quality",
       {{"brightness", p.quality.brightness},
        {"contrast", p.quality.contrast},
        {"sharpness", p.quality.sharpness}}},
      {"warnings", p.warnings},
      {"batch_size", batched.batch_size},
      {"timings_ms",
       {{"read", timings.read_ms},
        {"decode", timings.decode_ms},
        {"wait", batched.wait_ms},
        {"run", batched.run_ms},
        {"total", timings.total_ms}}},
      {"notice", kNotice}};
}

Json explanation_answer(const Image& fitted, const Image& overlay, const std::string& label,
                        const std::string& kind) {
  return {{"class", label},
          {"kind", kind},
          {"image", png_data(fitted)},
          {"overlay", png_data(overlay)}};
}

HttpResponse error_answer(const Error& error, int status) {
  HttpResponse response;
  response.status = status;
  response.body = dumped({{"error",
                           {{"what", error.problem()},
                            {"where", error.where()},
                            {"expected", error.expected()},
                            {"got", error.got()}}}});
  if (status == 503) response.headers.emplace_back("Retry-After", "1");
  if (status == 401) response.headers.emplace_back("WWW-Authenticate", "Bearer");
  return response;
}

HttpResponse json_answer(const Json& json) {
  HttpResponse response;
  response.body = dumped(json);
  return response;
}

}  // namespace derm
