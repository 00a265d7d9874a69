#include "serve/http_server.h"

#include <system_error>

namespace derm {
namespace {

using namespace std::chrono_literals;

constexpr auto kFirstRequest = 1s;  // that a new connection gets while stopping, or when full
constexpr auto kShortage = 50ms;    // before another try where the system has no descriptor left

Clock::duration of_seconds(double seconds) {
  return std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
}

}  // namespace

HttpServer::HttpServer(HttpServerOptions options, HttpHandler& handler)
    : options_(std::move(options)),
      handler_(handler),
      listener_(listen_on(options_.host, options_.port)),
      port_(port_of(listener_)),
      acceptor_([this] { accept_until_stopped(); }) {}

HttpServer::~HttpServer() {
  stop();
}

void HttpServer::stop() {
  stopping_.raise();
  if (acceptor_.joinable()) acceptor_.join();
  std::unique_lock lock(mutex_);
  closed_.wait(lock, [&] { return open_ == 0; });
}

void HttpServer::accept_until_stopped() {
  while (!stopping_.raised()) {
    wait_readable(listener_, Clock::now() + 1h, &stopping_);
    if (!accept_waiting()) std::this_thread::sleep_for(kShortage);
  }
  accept_waiting();
  listener_ = Descriptor();
}

// False where the system had nothing to give.
bool HttpServer::accept_waiting() {
  try {
    while (auto socket = accept_from(listener_)) start(std::move(*socket));
    return true;
  } catch (const Error&) {
    return false;
  }
}

void HttpServer::start(Descriptor socket) {
  int64_t before = 0;
  {
    const std::lock_guard lock(mutex_);
    if (open_ >= 2 * options_.connections) return;
    before = open_++;
  }
  const auto leave = [this] {
    const std::lock_guard lock(mutex_);
    --open_;
    closed_.notify_all();
  };
  try {
    const bool full = before >= options_.connections;
    std::thread([this, full, leave, held = std::move(socket)]() mutable {
      serve(std::move(held), full);
      leave();
    }).detach();
  } catch (const std::system_error&) {  // no thread to be had: the connection closes
    leave();
  }
}

void HttpServer::serve(Descriptor socket, bool full) {
  Connection connection(std::move(socket));
  bool waits = connection.wait_for_request(
      Clock::now() + (full ? Clock::duration(kFirstRequest) : of_seconds(options_.idle_s)),
      &stopping_);
  // What was accepted before the stop may still be on its way.
  if (!waits && stopping_.raised())
    waits = connection.wait_for_request(Clock::now() + kFirstRequest);
  while (waits && serve_request(connection, full))
    waits = connection.wait_for_request(Clock::now() + of_seconds(options_.idle_s), &stopping_);
}

// Whether another may follow.
bool HttpServer::serve_request(Connection& connection, bool full) {
  const auto deadline =
      Clock::now() + (full ? Clock::duration(kFirstRequest) : of_seconds(options_.timeout_s));
  try {
    auto request = connection.read_request(deadline);
    if (!request) return false;
    if (full) throw Busy("connections", "too many connections", "the server");
    const HttpResponse response = handler_.answer(*request);
    return connection.answer(*request, response, !stopping_.raised());
  } catch (const HttpError& error) {
    connection.refuse(handler_.refuse(error));
    return false;
  }
}

}  // namespace derm
