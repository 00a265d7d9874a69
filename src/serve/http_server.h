// Accepts connections and answers their requests, a thread each, until it is stopped.
//
// No HTTP library underneath: Debian 12's takes connections without a bound, measures its time
// limits by the packet and drops what waits when it is stopped. Here every request has one deadline
// for all of it, memory and threads have a bound, and stopping finishes what was begun.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>

#include "serve/connection.h"

namespace derm {

class HttpHandler {
 public:
  virtual ~HttpHandler() = default;
  virtual HttpResponse answer(HttpRequest& request) = 0;
  // To what never became a request.
  virtual HttpResponse refuse(const HttpError& error) = 0;
};

struct HttpServerOptions {
  std::string host = "127.0.0.1";  // an address, or "localhost"
  int port = 0;                    // 0: any free one
  int64_t connections = 64;        // served at once; as many again are told 503, more are closed
  double timeout_s = 30;           // from a request's first byte to the end of its work
  double idle_s = 15;              // that a connection waits for its next request
};

class HttpServer {
 public:
  // Answers from here on; `handler` must outlive it. Throws Error where it cannot listen there.
  HttpServer(HttpServerOptions options, HttpHandler& handler);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  int port() const { return port_; }
  // Takes the connections that wait already and no more, finishes every request that was begun, and
  // returns when all connections are closed.
  void stop();

 private:
  void accept_until_stopped();
  bool accept_waiting();
  void start(Descriptor socket);
  void serve(Descriptor socket, bool full);
  bool serve_request(Connection& connection, bool full);

  HttpServerOptions options_;
  HttpHandler& handler_;
  Signal stopping_;
  Descriptor listener_;
  int port_;
  std::mutex mutex_;
  std::condition_variable closed_;
  int64_t open_ = 0;  // connections
  std::thread acceptor_;
};

}  // namespace derm
