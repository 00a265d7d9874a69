#include "serve/service.h"

#include <functional>

#include "base/strings.h"
#include "serve/access.h"
#include "serve/embedded.h"

namespace derm {
namespace {

constexpr const char* kNoRoute = "other";  // of unknown paths: what a client invents is no label

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

// Of every answer, so that nothing is kept, guessed, framed or read by another site.
void harden(HttpResponse& response) {
  response.headers.emplace_back("Cache-Control", "no-store");
  response.headers.emplace_back("X-Content-Type-Options", "nosniff");
  response.headers.emplace_back("Referrer-Policy", "no-referrer");
  response.headers.emplace_back("Cross-Origin-Resource-Policy", "same-origin");
  response.headers.emplace_back("Cross-Origin-Opener-Policy", "same-origin");
  response.headers.emplace_back(
      "Content-Security-Policy",
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
      "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
}

}  // namespace

struct Service::Route {
  const char *method, *path;
  bool needs_token;
  std::function<HttpResponse(Service&, HttpRequest&)> answer;
};

const std::vector<Service::Route>& Service::table() {
  using S = Service;
  using R = HttpRequest;
  const char *html = "text/html; charset=utf-8", *css = "text/css; charset=utf-8",
             *js = "text/javascript; charset=utf-8", *json = "application/json";
  static const std::vector<Route> kTable{
      {"GET", "/", false, [=](S& s, R&) { return s.page(html, embedded_serve_html()); }},
      {"GET", "/style.css", false, [=](S& s, R&) { return s.page(css, embedded_serve_css()); }},
      {"GET", "/app.js", false, [=](S& s, R&) { return s.page(js, embedded_serve_js()); }},
      {"GET", "/backend.js", false, [=](S& s, R&) { return s.page(js, embedded_serve_backend()); }},
      {"GET", "/openapi.json", false, [=](S& s, R&) { return s.page(json, embedded_openapi()); }},
      {"GET", "/healthz", false, [](S& s, R&) { return s.health(); }},
      {"GET", "/readyz", false, [](S& s, R&) { return s.readiness(); }},
      {"GET", "/metrics", true, [](S& s, R&) { return s.metrics(); }},
      {"GET", "/v1/model", true, [](S& s, R&) { return s.model(); }},
      {"POST", "/v1/predict", true,
       [](S& s, R& r) { return json_answer(s.inference()->predict(r)); }},
      {"POST", "/v1/explain", true,
       [](S& s, R& r) { return json_answer(s.inference()->explain(r)); }}};
  return kTable;
}

std::vector<RouteName> Service::routes() {
  std::vector<RouteName> names;
  for (const Route& route : table()) names.push_back({route.method, route.path});
  return names;
}

// By path and method; nothing where the path is unknown. Throws HttpError 405.
const Service::Route* Service::find(const HttpRequest& request) {
  const std::string method = request.method == "HEAD" ? "GET" : request.method;
  std::vector<std::string> allowed;
  for (const Route& route : table()) {
    if (request.path != route.path) continue;
    if (method == route.method) return &route;
    allowed.emplace_back(route.method);
  }
  if (allowed.empty()) return nullptr;
  throw HttpError(405, "another method", request.path, join(allowed, ", "), request.method);
}

Service::Service(ServiceOptions options) : options_(std::move(options)) {}

void Service::start(std::shared_ptr<const Predictor> predictor) {
  const auto side = static_cast<int>(predictor->bundle().metadata.contract.side_px);
  predictor->predict({Image(side, side)});
  predictor->predict(
      std::vector<Image>(static_cast<size_t>(options_.inference.batch), Image(side, side)));
  auto made = std::make_shared<Inference>(std::move(predictor), options_.inference,
                                          [this](size_t images) { metrics_.ran_batch(images); });
  const std::lock_guard lock(mutex_);
  inference_ = std::move(made);
}

void Service::drain() {
  const std::lock_guard lock(mutex_);
  draining_ = true;
}

bool Service::ready() const {
  const std::lock_guard lock(mutex_);
  return inference_ != nullptr && !draining_;
}

// While draining too: what was begun is finished.
std::shared_ptr<Inference> Service::inference() const {
  const std::lock_guard lock(mutex_);
  if (!inference_) throw Busy("not_ready", "the model is being loaded", "the server");
  return inference_;
}

HttpResponse Service::answer(HttpRequest& request) {
  metrics_.begun();
  std::string label = kNoRoute;
  HttpResponse response;
  try {
    check_origin(request, !options_.token.empty());
    const Route* route = find(request);
    if (route == nullptr)
      throw HttpError(404, "nothing is here", request.path, "a path of /openapi.json");
    label = route->path;
    response = dispatch(request, *route);
  } catch (const HttpError& error) {
    count_rejection(error);
    response = error_answer(error, error.status());
    if (error.status() == 405) response.headers.emplace_back("Allow", error.expected());
  } catch (const Error& error) {
    response = error_answer(error, 500);
  } catch (const std::exception& error) {
    response = error_answer(Error("the server failed", "", "", error.what()), 500);
  }
  harden(response);
  metrics_.answered(label, response.status, seconds_since(request.begin));
  return response;
}

HttpResponse Service::dispatch(HttpRequest& request, const Route& route) {
  if (route.needs_token) check_token(request, options_.token);
  return route.answer(*this, request);
}

HttpResponse Service::refuse(const HttpError& error) {
  metrics_.begun();
  count_rejection(error);
  HttpResponse response = error_answer(error, error.status());
  harden(response);
  metrics_.answered(kNoRoute, error.status(), 0);
  return response;
}

void Service::count_rejection(const HttpError& error) {
  const auto* busy = dynamic_cast<const Busy*>(&error);
  if (busy != nullptr) metrics_.rejected(busy->reason());
}

HttpResponse Service::page(const std::string& type, const std::string& text) const {
  HttpResponse response;
  response.type = type;
  response.body = text;
  return response;
}

HttpResponse Service::health() const {
  return json_answer({{"status", "ok"}, {"version", options_.version}});
}

HttpResponse Service::readiness() const {
  if (!ready()) throw HttpError(503, "not ready", "the server", "a loaded model, and no stop");
  return json_answer({{"status", "ready"}});
}

HttpResponse Service::metrics() const {
  std::shared_ptr<Inference> now;
  {
    const std::lock_guard lock(mutex_);
    now = inference_;
  }
  return page("text/plain; version=0.0.4; charset=utf-8",
              metrics_.text(now ? now->waiting() : 0, ready()));
}

HttpResponse Service::model() const {
  const auto made = inference();
  const InferenceOptions& limits = options_.inference;
  const Bundle& bundle = made->predictor().bundle();
  return json_answer(
      {{"metadata", to_json(bundle.metadata)},
       {"card", bundle.model_card()},
       {"limits", {{"max_body_bytes", limits.max_body_bytes}, {"max_pixels", limits.max_pixels}}},
       {"version", options_.version},
       {"notice", kNotice}});
}

}  // namespace derm
