#include "serve/http.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/mutate.h"

namespace derm {
namespace {

using ::testing::HasSubstr;

int head_status(const std::string& head) {
  try {
    parse_head(head);
  } catch (const HttpError& error) {
    return error.status();
  }
  return 200;
}

std::string with_headers(const std::string& headers) {
  return "POST /v1/predict HTTP/1.1\r\nHost: localhost\r\n" + headers;
}

TEST(Head, IsTakenApart) {
  const HttpRequest request = parse_head(
      "POST /v1/explain?class=a%20b%2B+c&coverage=0.5&flag HTTP/1.1\r\nHost: localhost:80\r\n"
      "Content-LENGTH:  17 \r\nX-List: a\r\nx-list: b\r\n");
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.path, "/v1/explain");
  EXPECT_EQ(request.query.at("class"), "a b+ c");
  EXPECT_EQ(request.query.at("coverage"), "0.5");
  EXPECT_EQ(request.query.at("flag"), "");
  EXPECT_EQ(request.content_length, 17u);
  EXPECT_EQ(request.header("x-list"), "a, b");
  EXPECT_EQ(request.header("absent"), "");
  EXPECT_TRUE(request.keep_alive);
}

TEST(Head, SaysWhetherTheConnectionStays) {
  EXPECT_FALSE(parse_head("GET / HTTP/1.0\r\n").keep_alive);
  EXPECT_FALSE(parse_head("GET / HTTP/1.1\r\nHost: a\r\nConnection: Close\r\n").keep_alive);
}

TEST(Head, IsRefusedWhereItCouldBeReadInTwoWays) {
  EXPECT_EQ(head_status(with_headers("Content-Length: 5\r\n")), 200);
  for (const char* headers :
       {"Content-Length: 5\r\nContent-Length: 6\r\n", "Content-Length: 5, 5\r\n",
        "Content-Length: -1\r\n", "Content-Length: +5\r\n", "Content-Length: 0x5\r\n",
        "Content-Length: 99999999999999999999\r\n", "Content-Length : 5\r\n", "Host: other\r\n",
        " folded: line\r\n", "no colon\r\n", ": no name\r\n", "a: b\x01\r\n", "a: b\nc: d\r\n",
        "cut: off"})
    EXPECT_EQ(head_status(with_headers(headers)), 400) << headers;
  EXPECT_EQ(head_status(with_headers(std::string("a: nul\0\r\n", 9))), 400);
  EXPECT_EQ(head_status(with_headers("Transfer-Encoding: chunked\r\n")), 411);
}

TEST(Head, NeedsAProperFirstLine) {
  for (const char* line : {"GET /", "GET  / HTTP/1.1", "GET / HTTP/1.1 ", "GET x HTTP/1.1",
                           " / HTTP/1.1", "G\tT / HTTP/1.1", "GET /\x7f HTTP/1.1",
                           "GET http://localhost/ HTTP/1.1", "", "\x16\x03\x01"})
    EXPECT_EQ(head_status(std::string(line) + "\r\nHost: a\r\n"), 400) << line;
  EXPECT_EQ(head_status("GET / HTTP/2.0\r\nHost: a\r\n"), 505);
  EXPECT_EQ(head_status("GET / HTTP/1.1\r\n"), 400);  // no Host
  EXPECT_EQ(head_status(""), 400);
  EXPECT_EQ(head_status("GET /?a=%4 HTTP/1.1\r\nHost: a\r\n"), 400);
  EXPECT_EQ(head_status("GET /?a=%zz HTTP/1.1\r\nHost: a\r\n"), 400);
  EXPECT_EQ(head_status("GET /?a=1&a=2 HTTP/1.1\r\nHost: a\r\n"), 400);
}

TEST(Head, HasABoundOnItsLines) {
  std::string headers;
  for (size_t i = 0; i < kMaxHeaderLines; ++i) headers += fmt::format("x{}: 1\r\n", i);
  EXPECT_EQ(head_status(with_headers(headers)), 431);
}

TEST(Head, OfDamagedRequestsIsRefusedOrRead) {
  const std::string good = with_headers(
      "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 12\r\nOrigin: null\r\n");
  const auto refused =
      property::survive(Bytes(good.begin(), good.end()), 20'000, [](const Bytes& bytes) {
        parse_head({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
      });
  EXPECT_GT(refused, 5'000);
}

TEST(Answer, HasAHeadThatSaysHowItGoesOn) {
  HttpResponse response;
  response.status = 503;
  response.body = "12345";
  response.headers = {{"Retry-After", "1"}};
  const std::string head = head_of(response, false);
  EXPECT_THAT(head, ::testing::StartsWith("HTTP/1.1 503 Service Unavailable\r\nDate: "));
  EXPECT_THAT(head, HasSubstr("\r\nContent-Length: 5\r\n"));
  EXPECT_THAT(head, HasSubstr("\r\nConnection: close\r\n"));
  EXPECT_THAT(head, ::testing::EndsWith("\r\nRetry-After: 1\r\n\r\n"));
  EXPECT_THAT(head_of(response, true), HasSubstr("keep-alive"));
}

}  // namespace
}  // namespace derm
