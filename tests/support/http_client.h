// A plain HTTP client for tests on loopback: it sends what it is told, also what no proper client
// would, and takes an answer apart.
#pragma once

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "base/json.h"
#include "base/strings.h"

namespace derm::testing {

struct Answer {
  int status = 0;  // 0: the server closed without an answer
  std::map<std::string, std::string> headers;
  std::string body;

  Json json() const { return parse_json(body, "the answer"); }
  std::string problem() const { return json().at("error").at("what"); }
};

class Client {
 public:
  explicit Client(int port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const timeval patience{20, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ =
        ::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }
  ~Client() { ::close(socket_); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  bool connected() const { return connected_; }

  // Whether all of it was taken.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t n = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (n <= 0) return false;
      bytes.remove_prefix(static_cast<size_t>(n));
    }
    return true;
  }
  void end_of_sending() { ::shutdown(socket_, SHUT_WR); }

  // The next answer, "100 Continue" among them.
  Answer receive(bool with_body = true) {
    Answer answer;
    size_t end = 0;
    while ((end = buffer_.find("\r\n\r\n")) == std::string::npos)
      if (!more()) return answer;
    take_head(buffer_.substr(0, end), answer);
    buffer_.erase(0, end + 4);
    const auto length = answer.headers.find("content-length");
    if (length == answer.headers.end() || !with_body) return answer;
    const size_t size = std::stoull(length->second);
    while (buffer_.size() < size && more()) {
    }
    if (buffer_.size() < size) return {};
    answer.body = buffer_.substr(0, size);
    buffer_.erase(0, size);
    return answer;
  }

  // Whether the server has closed, with nothing more to read.
  bool at_end() { return buffer_.empty() && !more(); }

 private:
  bool more() {
    char bytes[16 * 1024];
    const ssize_t n = ::recv(socket_, bytes, sizeof bytes, 0);
    if (n > 0) buffer_.append(bytes, static_cast<size_t>(n));
    return n > 0;
  }

  static void take_head(const std::string& head, Answer& answer) {
    const auto lines = split(head, '\n');
    answer.status = static_cast<int>(to_int(lines[0].substr(9, 3)).value_or(-1));
    for (size_t i = 1; i < lines.size(); ++i) {
      const size_t colon = lines[i].find(':');
      answer.headers[lower(lines[i].substr(0, colon))] = trim(lines[i].substr(colon + 1));
    }
  }

  int socket_;
  bool connected_ = false;
  std::string buffer_;
};

using Headers = std::map<std::string, std::string>;

// With Host: localhost, and Content-Length where there is a body, unless `headers` say otherwise.
inline std::string request_text(const std::string& method, const std::string& target,
                                std::string_view body = {}, Headers headers = {}) {
  headers.emplace("Host", "localhost");
  if (method == "POST") headers.emplace("Content-Length", std::to_string(body.size()));
  std::string text = fmt::format("{} {} HTTP/1.1\r\n", method, target);
  for (const auto& [name, value] : headers)
    if (!value.empty()) text += fmt::format("{}: {}\r\n", name, value);
  return text.append("\r\n").append(body);
}

// On a connection of its own.
inline Answer ask(int port, const std::string& method, const std::string& target,
                  std::string_view body = {}, const Headers& headers = {}) {
  Client client(port);
  client.send(request_text(method, target, body, headers));
  return client.receive(method != "HEAD");
}

}  // namespace derm::testing
