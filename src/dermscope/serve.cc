// `dermscope serve`: a bundle behind HTTP, with a page.
#include "serve/service.h"

#include <chrono>
#include <cstdio>
#include <thread>

#include "base/error.h"
#include "base/interrupt.h"
#include "base/log.h"
#include "base/parallel.h"
#include "dermscope/command.h"
#include "serve/access.h"

namespace derm {
namespace {

using namespace std::chrono_literals;

struct ServeFlags {
  std::string bundle, token;
  HttpServerOptions server;
  InferenceOptions inference;
  int64_t threads = 0;
  uint64_t max_body_mib = 16;
};

ServiceOptions service_options(const ServeFlags& flags, int64_t threads) {
  ServiceOptions options;
  options.token = flags.token;
  options.version = DERM_VERSION;
  options.inference = flags.inference;
  options.inference.threads = threads;
  options.inference.max_body_bytes = flags.max_body_mib << 20;
  return options;
}

std::string url_of(const std::string& host, int port) {
  const bool v6 = host.find(':') != std::string::npos;
  return fmt::format(v6 ? "http://[{}]:{}" : "http://{}:{}", host, port);
}

// Answers /healthz from the start, everything once the bundle is loaded, until Ctrl-C or SIGTERM.
void serve_until_interrupted(const ServeFlags& flags) {
  check_exposure(flags.server.host, flags.token);
  const int64_t threads =
      flags.threads > 0 ? flags.threads : static_cast<int64_t>(hardware_threads());
  Service service(service_options(flags, threads));
  HttpServer server(flags.server, service);
  std::printf("listening on %s\n", url_of(flags.server.host, server.port()).c_str());
  std::fflush(stdout);
  service.start(
      std::make_shared<const Predictor>(read_bundle(flags.bundle), PredictorOptions{threads}));
  log_info("ready. Research use only: not a medical device. Ctrl-C stops");
  while (!interrupt_requested()) std::this_thread::sleep_for(50ms);
  log_info("stopping: what was begun is finished");
  service.drain();
  server.stop();
}

void add_limits(CLI::App& app, ServeFlags& flags) {
  app.add_option("--max-body-mib", flags.max_body_mib, "of one image's bytes")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  app.add_option("--max-pixels", flags.inference.max_pixels, "of one image, before decoding")
      ->check(CLI::Range(1, 100'000'000))
      ->capture_default_str();
  app.add_option("--timeout-s", flags.server.timeout_s,
                 "for one request, from its first byte to its answer")
      ->check(CLI::Range(0.1, 3600.0))
      ->capture_default_str();
  app.add_option("--queue", flags.inference.queue,
                 "images that are held at once; more are told to come again (503)")
      ->check(CLI::Range(1, 10'000))
      ->capture_default_str();
  app.add_option("--connections", flags.server.connections, "that are served at once")
      ->check(CLI::Range(1, 10'000))
      ->capture_default_str();
  app.add_option("--batch", flags.inference.batch, "images of one run, where so many wait together")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
}

}  // namespace

void add_serve(CLI::App& parent, int&) {
  auto* app = parent.add_subcommand("serve", "answer over HTTP, with a page for a browser");
  auto flags = std::make_shared<ServeFlags>();
  flags->server.port = 8080;
  app->add_option("bundle", flags->bundle, "bundle: a folder or a zip file")->required();
  app->add_option("--host", flags->server.host,
                  "address to listen on; one that others can reach needs a token")
      ->capture_default_str();
  app->add_option("--port", flags->server.port, "0: any free one, which is printed")
      ->check(CLI::Range(0, 65535))
      ->capture_default_str();
  app->add_option("--token", flags->token,
                  "what clients must send as Authorization: Bearer; others can see a command line, "
                  "not the variable")
      ->envname("DERMSCOPE_TOKEN");
  app->add_option("--threads", flags->threads, "of one run, and images decoded at once; 0: cores")
      ->check(CLI::Range(0, 1024))
      ->capture_default_str();
  add_limits(*app, *flags);
  app->footer("Example:\n  dermscope serve student.bundle --port 8080");
  app->callback([flags] { serve_until_interrupted(*flags); });
}

}  // namespace derm
