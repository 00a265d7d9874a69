// The routes of the server: who may ask what, and what comes back. Knows nothing of sockets.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "serve/http_server.h"
#include "serve/inference.h"
#include "serve/metrics.h"

namespace derm {

struct ServiceOptions {
  std::string token;  // empty: none is asked for
  std::string version;
  InferenceOptions inference;
};

struct RouteName {
  std::string method, path;
};

// Ready from start() to drain(); before and after, only what needs no model is answered.
class Service : public HttpHandler {
 public:
  explicit Service(ServiceOptions options);

  // Runs the network once for each size of a batch at the ends, so that no client waits for that.
  void start(std::shared_ptr<const Predictor> predictor);
  void drain();

  HttpResponse answer(HttpRequest& request) override;
  HttpResponse refuse(const HttpError& error) override;

  static std::vector<RouteName> routes();

 private:
  struct Route;
  static const std::vector<Route>& table();
  static const Route* find(const HttpRequest& request);

  HttpResponse dispatch(HttpRequest& request, const Route& route);
  HttpResponse page(const std::string& type, const std::string& text) const;
  std::shared_ptr<Inference> inference() const;  // throws HttpError 503
  bool ready() const;
  HttpResponse health() const;
  HttpResponse readiness() const;
  HttpResponse metrics() const;
  HttpResponse model() const;
  void count_rejection(const HttpError& error);

  ServiceOptions options_;
  ServerMetrics metrics_;
  mutable std::mutex mutex_;
  std::shared_ptr<Inference> inference_;
  bool draining_ = false;
};

}  // namespace derm
