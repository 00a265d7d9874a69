#include "serve/access.h"

#include "base/files.h"
#include "base/strings.h"
#include "serve/socket.h"

namespace derm {
namespace {

// In a time that tells neither where nor whether the lengths differ.
bool same_secret(const std::string& a, const std::string& b) {
  const std::string left = sha256(std::string_view(a)), right = sha256(std::string_view(b));
  unsigned difference = 0;
  for (size_t i = 0; i < left.size(); ++i)
    difference |= static_cast<unsigned>(left[i]) ^ static_cast<unsigned>(right[i]);
  return difference == 0;
}

// localhost, localhost:8080, [::1]:8080; the port is whatever the browser was told.
bool names_this_machine(const std::string& authority) {
  const std::string host = lower(authority);
  for (const char* name : {"localhost", "127.0.0.1", "[::1]"})
    if (host == name || starts_with(host, std::string(name) + ":")) return true;
  return false;
}

}  // namespace

void check_exposure(const std::string& host, const std::string& token) {
  if (!token.empty() && token.size() < kMinTokenBytes)
    throw UsageError("the token is too short", "--token",
                     fmt::format("at least {} characters", kMinTokenBytes),
                     std::to_string(token.size()));
  if (token.empty() && !is_loopback(host))
    throw UsageError("an address that others can reach needs a token", "--host " + host,
                     "--token, DERMSCOPE_TOKEN, or a loopback address");
}

void check_token(const HttpRequest& request, const std::string& token) {
  if (token.empty()) return;
  const std::string sent = request.header("authorization");
  const bool bearer = lower(sent.substr(0, 7)) == "bearer ";
  if (!bearer || !same_secret(std::string(trim(std::string_view(sent).substr(7))), token))
    throw HttpError(401, "the token is missing or wrong", "header authorization",
                    "Bearer and the token that the server was started with");
}

void check_origin(const HttpRequest& request, bool has_token) {
  if (!has_token && !names_this_machine(request.header("host")))
    throw HttpError(403, "addressed to another machine", "header host",
                    "localhost, 127.0.0.1 or [::1]", request.header("host"));
  const std::string origin = lower(request.header("origin"));
  if (origin.empty() || request.method == "GET" || request.method == "HEAD") return;
  const size_t scheme = origin.find("://");
  const bool own =
      scheme != std::string::npos && origin.substr(scheme + 3) == lower(request.header("host"));
  if (!own)
    throw HttpError(403, "sent by a page of another site", "header origin", "a page of this server",
                    origin);
}

}  // namespace derm
