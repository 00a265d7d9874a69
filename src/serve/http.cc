#include "serve/http.h"

#include <algorithm>
#include <ctime>

#include "base/strings.h"

namespace derm {
namespace {

// What a method or the name of a header may be made of (RFC 9110, 5.6.2).
bool is_token(std::string_view text) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           kMarks.find(c) != std::string_view::npos;
  });
}

bool is_visible(std::string_view text, bool blanks) {
  return std::all_of(text.begin(), text.end(), [&](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte > 0x20 && byte != 0x7f) || (blanks && (c == ' ' || c == '\t'));
  });
}

HttpError bad_request(std::string what, std::string where, std::string expected = "") {
  return {400, std::move(what), std::move(where), std::move(expected)};
}

std::vector<std::string_view> lines_of(std::string_view head) {
  std::vector<std::string_view> lines;
  while (!head.empty()) {
    const size_t end = head.find("\r\n");
    if (end == std::string_view::npos) throw bad_request("a line without its end", "the head");
    lines.push_back(head.substr(0, end));
    head.remove_prefix(end + 2);
  }
  if (lines.empty()) throw bad_request("an empty request", "the head");
  if (lines.size() > kMaxHeaderLines)
    throw HttpError(431, "too many header lines", "the head",
                    fmt::format("at most {}", kMaxHeaderLines), std::to_string(lines.size()));
  return lines;
}

void parse_query(std::string_view text, HttpRequest& request) {
  for (const auto& part : split(text, '&')) {
    if (part.empty()) continue;
    const size_t equals = std::min(part.find('='), part.size());
    const std::string name = url_decoded(std::string_view(part).substr(0, equals));
    const std::string value =
        equals == part.size() ? "" : url_decoded(std::string_view(part).substr(equals + 1));
    if (!request.query.emplace(name, value).second)
      throw bad_request("a parameter twice", "the query");
  }
}

void parse_request_line(std::string_view line, HttpRequest& request) {
  const auto words = split(line, ' ');
  if (words.size() != 3 || !is_token(words[0]) || words[1].empty() || words[1][0] != '/' ||
      !is_visible(words[1], false))
    throw bad_request("a request line that cannot be read", "the first line",
                      "METHOD /path HTTP/1.1");
  if (words[2] != "HTTP/1.1" && words[2] != "HTTP/1.0")
    throw HttpError(505, "another version of HTTP", "the first line", "HTTP/1.1");
  request.method = words[0];
  request.keep_alive = words[2] == "HTTP/1.1";
  const size_t question = std::min(words[1].find('?'), words[1].size());
  request.path = words[1].substr(0, question);
  if (question < words[1].size())
    parse_query(std::string_view(words[1]).substr(question + 1), request);
}

void parse_header(std::string_view line, HttpRequest& request) {
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos || !is_token(line.substr(0, colon)))
    throw bad_request("a header line that cannot be read", "the head", "Name: value");
  const std::string name = lower(line.substr(0, colon));
  const std::string value(trim(line.substr(colon + 1)));
  if (!is_visible(value, true)) throw bad_request("a control character", "header " + name);
  if (value.empty()) return;
  const auto [found, is_new] = request.headers.emplace(name, value);
  if (is_new) return;
  // Two values of these would be read as one by some and as the other by others.
  for (const char* once : {"host", "content-length", "authorization", "origin", "content-type"})
    if (name == once) throw bad_request("a header twice", "header " + name);
  found->second += ", " + value;
}

void check_framing(HttpRequest& request) {
  if (request.headers.count("transfer-encoding") != 0)
    throw HttpError(411, "a body without its length", "header transfer-encoding", "Content-Length");
  if (request.keep_alive && request.headers.count("host") == 0)
    throw bad_request("a header is missing", "header host");
  const std::string length = request.header("content-length");
  if (length.empty()) return;
  const bool digits = length.find_first_not_of("0123456789") == std::string::npos;
  if (!digits || length.size() > 18)
    throw bad_request("a length that cannot be read", "header content-length", "a number of bytes");
  request.content_length = std::stoull(length);
}

const char* reason_of(int status) {
  static const std::map<int, const char*> kReasons{{200, "OK"},
                                                   {400, "Bad Request"},
                                                   {401, "Unauthorized"},
                                                   {403, "Forbidden"},
                                                   {404, "Not Found"},
                                                   {405, "Method Not Allowed"},
                                                   {408, "Request Timeout"},
                                                   {409, "Conflict"},
                                                   {411, "Length Required"},
                                                   {413, "Content Too Large"},
                                                   {415, "Unsupported Media Type"},
                                                   {431, "Request Header Fields Too Large"},
                                                   {500, "Internal Server Error"},
                                                   {503, "Service Unavailable"},
                                                   {505, "HTTP Version Not Supported"}};
  return kReasons.at(status);
}

std::string http_date() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  char text[64];
  return {text, std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts)};
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char small = static_cast<char>(c | 0x20);
  return small >= 'a' && small <= 'f' ? small - 'a' + 10 : -1;
}

}  // namespace

HttpError::HttpError(int status, std::string what, std::string where, std::string expected,
                     std::string got)
    : Error(std::move(what), std::move(where), std::move(expected), std::move(got)),
      status_(status) {}

Busy::Busy(std::string reason, std::string what, std::string where)
    : HttpError(503, std::move(what), std::move(where), "another try in a while"),
      reason_(std::move(reason)) {}

std::string HttpRequest::header(const std::string& name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? "" : found->second;
}

HttpRequest parse_head(std::string_view head) {
  HttpRequest request;
  const auto lines = lines_of(head);
  parse_request_line(lines.front(), request);
  for (size_t i = 1; i < lines.size(); ++i) parse_header(lines[i], request);
  check_framing(request);
  if (lower(request.header("connection")).find("close") != std::string::npos)
    request.keep_alive = false;
  return request;
}

std::string head_of(const HttpResponse& response, bool keep_alive) {
  std::string head = fmt::format(
      "HTTP/1.1 {} {}\r\nDate: {}\r\nContent-Type: {}\r\nContent-Length: {}\r\nConnection: {}\r\n",
      response.status, reason_of(response.status), http_date(), response.type, response.body.size(),
      keep_alive ? "keep-alive" : "close");
  for (const auto& [name, value] : response.headers) head += fmt::format("{}: {}\r\n", name, value);
  return head + "\r\n";
}

std::string url_decoded(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i] == '+' ? ' ' : text[i];
      continue;
    }
    const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
    if (high < 0 || low < 0)
      throw bad_request("an escape that cannot be read", "the query", "% and two hex digits");
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return out;
}

}  // namespace derm
