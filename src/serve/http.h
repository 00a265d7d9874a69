// One HTTP/1.1 request and its answer, without sockets: the head of a request as it was sent is
// parsed here, and the head of an answer is written.
//
// Strict where the standard (RFC 9112) leaves a choice: what could be read in two ways is refused.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"

namespace derm {

using Clock = std::chrono::steady_clock;

inline constexpr size_t kMaxHeadBytes = 16 * 1024;
inline constexpr size_t kMaxHeaderLines = 100;

struct HttpRequest {
  std::string method, path;                    // GET, /v1/predict; the path without its query
  std::map<std::string, std::string> query;    // decoded
  std::map<std::string, std::string> headers;  // names in lower case; "" is never a value
  uint64_t content_length = 0;
  bool keep_alive = true;
  Clock::time_point begin, deadline;
  // Reads the body, once. Throws HttpError: 413 over `max_bytes`, 408 not here by the deadline,
  // 400 ended early.
  std::function<std::string(uint64_t max_bytes)> body;

  std::string header(const std::string& name) const;  // empty where absent
};

struct HttpResponse {
  int status = 200;
  std::string type = "application/json", body;
  std::vector<std::pair<std::string, std::string>> headers;
};

// A request that is answered with something else than what it asked for.
class HttpError : public Error {
 public:
  HttpError(int status, std::string what, std::string where = "", std::string expected = "",
            std::string got = "");
  int status() const { return status_; }

 private:
  int status_;
};

// 503: come again. `reason` is a word for the metrics: queue, connections, timeout, not_ready.
class Busy : public HttpError {
 public:
  Busy(std::string reason, std::string what, std::string where);
  const std::string& reason() const { return reason_; }

 private:
  std::string reason_;
};

// `head`: request line and header lines, each with its CR LF, without the empty line. Throws
// HttpError: 400, 411, 431, 505.
HttpRequest parse_head(std::string_view head);

// With the empty line. `keep_alive`: whether the connection stays open.
std::string head_of(const HttpResponse& response, bool keep_alive);

// %41 and + of a query. Throws HttpError 400.
std::string url_decoded(std::string_view text);

}  // namespace derm
