// One client's connection: requests come one after the other, each with a deadline for all of it.
#pragma once

#include <optional>
#include <string>

#include "serve/http.h"
#include "serve/socket.h"

namespace derm {

class Connection {
 public:
  explicit Connection(Descriptor socket) : socket_(std::move(socket)) {}
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Whether a request has begun to arrive before the deadline; false too when `until` is raised
  // first.
  bool wait_for_request(Clock::time_point deadline, const Signal* until = nullptr);
  // Its head; nothing where the client closed before the first byte. Its body is read through this
  // connection. Throws HttpError as parse_head() does, and 408 or 400 where the head does not come
  // whole.
  std::optional<HttpRequest> read_request(Clock::time_point deadline);
  // Whether the connection can take another request.
  bool answer(const HttpRequest& request, const HttpResponse& response, bool keep_alive);
  // To what was no request. The connection is done then.
  void refuse(const HttpResponse& response);

 private:
  std::string read_body(uint64_t max_bytes, bool wants_continue, Clock::time_point deadline);
  void read_more(Clock::time_point deadline, const char* what);

  Descriptor socket_;
  std::string buffer_;      // read, not used yet
  uint64_t body_left_ = 0;  // of the request that is being answered
};

}  // namespace derm
