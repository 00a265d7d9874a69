#include "serve/connection.h"

#include <algorithm>

#include "base/strings.h"

namespace derm {
namespace {

using namespace std::chrono_literals;

constexpr auto kWritePatience = 10s;     // for an answer to be taken, beyond the request's deadline
constexpr auto kClosePatience = 2000ms;  // for a client that still sends what nobody reads

}  // namespace

bool Connection::wait_for_request(Clock::time_point deadline, const Signal* until) {
  return !buffer_.empty() || wait_readable(socket_, deadline, until);
}

void Connection::read_more(Clock::time_point deadline, const char* what) {
  char bytes[16 * 1024];
  const auto n = read_some(socket_, bytes, sizeof bytes, deadline);
  if (!n) throw HttpError(408, "the request did not arrive in time", what);
  if (*n == 0) throw HttpError(400, "the request ended early", what);
  buffer_.append(bytes, *n);
}

std::optional<HttpRequest> Connection::read_request(Clock::time_point deadline) {
  const auto begin = Clock::now();
  if (buffer_.empty()) {
    char first = 0;
    const auto n = read_some(socket_, &first, 1, deadline);
    if (!n || *n == 0) return std::nullopt;
    buffer_ += first;
  }
  size_t searched = 0, end = 0;
  while ((end = buffer_.find("\r\n\r\n", searched)) == std::string::npos) {
    if (buffer_.size() > kMaxHeadBytes) break;
    searched = buffer_.size() < 3 ? 0 : buffer_.size() - 3;
    read_more(deadline, "the head");
  }
  if (end > kMaxHeadBytes)
    throw HttpError(431, "the head is too large", "the head",
                    fmt::format("at most {} bytes", kMaxHeadBytes));
  HttpRequest request = parse_head(std::string_view(buffer_).substr(0, end + 2));
  buffer_.erase(0, end + 4);
  request.begin = begin;
  request.deadline = deadline;
  body_left_ = request.content_length;
  const bool wants_continue = lower(request.header("expect")) == "100-continue";
  request.body = [this, wants_continue, deadline](uint64_t max_bytes) {
    return read_body(max_bytes, wants_continue, deadline);
  };
  return request;
}

std::string Connection::read_body(uint64_t max_bytes, bool wants_continue,
                                  Clock::time_point deadline) {
  if (body_left_ > max_bytes)
    throw HttpError(413, "the body is too large", "header content-length",
                    fmt::format("at most {} bytes", max_bytes), std::to_string(body_left_));
  if (wants_continue && buffer_.size() < body_left_)
    write_all(socket_, "HTTP/1.1 100 Continue\r\n\r\n", deadline);
  while (buffer_.size() < body_left_) read_more(deadline, "the body");
  const auto size = static_cast<size_t>(body_left_);
  std::string body;
  if (buffer_.size() == size) {
    body.swap(buffer_);
  } else {
    body = buffer_.substr(0, size);
    buffer_.erase(0, size);
  }
  body_left_ = 0;
  return body;
}

bool Connection::answer(const HttpRequest& request, const HttpResponse& response, bool keep_alive) {
  const bool stays = keep_alive && request.keep_alive && body_left_ == 0;
  const auto deadline = std::max(request.deadline, Clock::now()) + kWritePatience;
  const std::string head = head_of(response, stays);
  const bool sent = write_all(socket_, head, deadline) &&
                    (request.method == "HEAD" || write_all(socket_, response.body, deadline));
  if (sent && !stays && body_left_ > 0) close_gently(socket_, kClosePatience);
  return sent && stays;
}

void Connection::refuse(const HttpResponse& response) {
  if (write_all(socket_, head_of(response, false) + response.body, Clock::now() + kWritePatience))
    close_gently(socket_, kClosePatience);
}

}  // namespace derm
