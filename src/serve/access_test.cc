#include "serve/access.h"

#include <gtest/gtest.h>

#include <functional>

namespace derm {
namespace {

constexpr const char* kSecret = "sixteen-letters-";

HttpRequest request_with(const std::map<std::string, std::string>& headers,
                         const std::string& method = "POST") {
  HttpRequest request;
  request.method = method;
  request.headers = headers;
  return request;
}

int status_of(const std::function<void()>& check) {
  try {
    check();
  } catch (const HttpError& error) {
    return error.status();
  }
  return 200;
}

int token_status(const std::string& header, const std::string& token = kSecret) {
  const auto request = request_with({{"authorization", header}});
  return status_of([&] { check_token(request, token); });
}

int origin_status(const std::string& host, const std::string& origin = "", bool token = false,
                  const std::string& method = "POST") {
  std::map<std::string, std::string> headers{{"host", host}};
  if (!origin.empty()) headers["origin"] = origin;
  return status_of([&] { check_origin(request_with(headers, method), token); });
}

TEST(Exposure, NeedsATokenWhereOthersCanReachTheAddress) {
  for (const char* host : {"localhost", "127.0.0.1", "127.1.2.3", "::1"})
    EXPECT_NO_THROW(check_exposure(host, "")) << host;
  for (const char* host : {"0.0.0.0", "::", "192.168.0.7", "::ffff:127.0.0.1"}) {
    EXPECT_THROW(check_exposure(host, ""), UsageError) << host;
    EXPECT_NO_THROW(check_exposure(host, kSecret)) << host;
  }
}

TEST(Exposure, RefusesAShortTokenAndANameForAnAddress) {
  EXPECT_THROW(check_exposure("127.0.0.1", "fifteen-letters"), UsageError);
  EXPECT_THROW(check_exposure("example.org", ""), UsageError);
  EXPECT_THROW(check_exposure("127.0.0.1.example.org", ""), UsageError);
}

TEST(Token, IsAskedForOnlyWhereThereIsOne) {
  EXPECT_EQ(token_status("", ""), 200);
  EXPECT_EQ(token_status(""), 401);
}

TEST(Token, MustBeTheWholeOne) {
  EXPECT_EQ(token_status("Bearer sixteen-letters-"), 200);
  EXPECT_EQ(token_status("bearer  sixteen-letters-"), 200);
  for (const char* wrong :
       {"Bearer sixteen-letters", "Bearer sixteen-letters--", "Bearer Sixteen-letters-", "Bearer ",
        "Bearer", "sixteen-letters-", "Basic sixteen-letters-"})
    EXPECT_EQ(token_status(wrong), 401) << wrong;
}

TEST(Origin, OfARequestWithoutATokenIsThisMachine) {
  for (const char* own : {"localhost", "LOCALHOST:8080", "127.0.0.1:1", "[::1]:8080", "[::1]"})
    EXPECT_EQ(origin_status(own), 200) << own;
  for (const char* other : {"evil.example", "localhost.evil.example:8080", "", "[::2]:80",
                            "127.0.0.1.evil.example", "[::1", "[::1].evil.example"})
    EXPECT_EQ(origin_status(other), 403) << other;
  EXPECT_EQ(origin_status("clinic.example", "", true), 200);
}

TEST(Origin, OfAPageIsThisServer) {
  EXPECT_EQ(origin_status("localhost:8080", "http://localhost:8080"), 200);
  EXPECT_EQ(origin_status("clinic.example", "https://clinic.example", true), 200);
  for (const char* other :
       {"http://localhost:9090", "http://evil.example", "null", "localhost:8080"})
    EXPECT_EQ(origin_status("localhost:8080", other), 403) << other;
  EXPECT_EQ(origin_status("clinic.example", "https://evil.example", true), 403);
}

TEST(Origin, OfWhatOnlyReadsIsTheBrowsersBusiness) {
  EXPECT_EQ(origin_status("localhost", "http://evil.example", false, "GET"), 200);
  EXPECT_EQ(origin_status("evil.example", "", false, "GET"), 403);
}

}  // namespace
}  // namespace derm
