// The server of a tiny bundle on a free port of this machine, in the test's own process.
#pragma once

#include <memory>
#include <string>

#include "serve/service.h"
#include "support/http_client.h"
#include "support/tiny_bundle.h"

namespace derm::testing {

inline constexpr int64_t kServedSide = 128;  // its maps are 4 x 4

// With calibration, thresholds, quality limits and maps.
inline const BundleFiles& served_bundle() {
  static const BundleFiles kFiles = [] {
    const TempFolder folder;
    return export_bundle(tiny_network(0, kServedSide), drawn_images(folder), {}).files;
  }();
  return kFiles;
}

inline const BundleFiles& bundle_without_maps() {
  static const BundleFiles kFiles = [] {
    ExportOptions options;
    options.onnx.cam = false;
    return export_bundle(tiny_network(0, kServedSide), {}, options).files;
  }();
  return kFiles;
}

inline std::string jpeg_text(int64_t i = 0) {
  const Bytes bytes = drawn_jpeg(i);
  return {bytes.begin(), bytes.end()};
}

struct ServerSetup {
  ServiceOptions service;
  HttpServerOptions server;
  bool loaded = true;
};

class RunningServer {
 public:
  explicit RunningServer(const ServerSetup& setup = {}, const BundleFiles& bundle = served_bundle())
      : service_(setup.service), server_(setup.server, service_) {
    if (setup.loaded)
      service_.start(std::make_shared<const Predictor>(parse_bundle(bundle, "tiny")));
  }

  int port() const { return server_.port(); }
  Service& service() { return service_; }
  void stop() { server_.stop(); }

  Answer get(const std::string& target, const Headers& headers = {}) const {
    return ask(port(), "GET", target, {}, headers);
  }
  Answer post(const std::string& target, const std::string& body,
              const Headers& headers = {}) const {
    return ask(port(), "POST", target, body, headers);
  }

 private:
  Service service_;
  HttpServer server_;
};

}  // namespace derm::testing
