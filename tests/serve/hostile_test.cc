// What no proper client sends. The server refuses it in bounded time and goes on.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "serve/running_server.h"
#include "support/mutate.h"

namespace derm {
namespace {

using namespace std::chrono_literals;
using testing::Answer;
using ::testing::AnyOf;
using testing::Client;
using ::testing::HasSubstr;
using testing::jpeg_text;
using testing::request_text;
using testing::RunningServer;
using testing::ServerSetup;

ServerSetup strict() {
  ServerSetup setup;
  setup.server.timeout_s = 0.4;
  setup.server.idle_s = 0.4;
  setup.service.inference.max_body_bytes = 100'000;
  setup.service.inference.max_pixels = 10'000;
  return setup;
}

class Hostile : public ::testing::Test {
 protected:
  // Nobody is hurt: a proper request is answered.
  void TearDown() override { EXPECT_EQ(server_.post("/v1/predict", jpeg_text()).status, 200); }

  Answer answer_to(const std::string& bytes) {
    Client client(server_.port());
    client.send(bytes);
    return client.receive();
  }

  RunningServer server_{strict()};
};

TEST_F(Hostile, AHugeContentLengthIsRefusedBeforeItsBody) {
  for (const char* length : {"100001", "999999999999999999"}) {
    const Answer answer =
        answer_to(request_text("POST", "/v1/predict", "", {{"Content-Length", length}}));
    EXPECT_EQ(answer.status, 413) << length;
    EXPECT_EQ(answer.headers.at("connection"), "close");
  }
}

TEST_F(Hostile, AnAnswerReachesAClientThatGoesOnSending) {
  Client client(server_.port());
  const std::string body(3'000'000, 'x');
  client.send(request_text("POST", "/v1/predict", body));
  EXPECT_EQ(client.receive().status, 413);
}

TEST_F(Hostile, ABodyThatDripsIsCutOffAtTheDeadlineOfTheWholeRequest) {
  Client client(server_.port());
  const auto begin = Clock::now();
  client.send(request_text("POST", "/v1/predict", "", {{"Content-Length", "1000"}}));
  while (Clock::now() - begin < 700ms && client.send("x")) std::this_thread::sleep_for(30ms);
  EXPECT_EQ(client.receive().status, 408);
  EXPECT_LT(Clock::now() - begin, 5s);
}

TEST_F(Hostile, AHeadThatDripsIsCutOffToo) {
  Client client(server_.port());
  for (int i = 0; i < 20 && client.send("G"); ++i) std::this_thread::sleep_for(30ms);
  EXPECT_EQ(client.receive().status, 408);
}

TEST_F(Hostile, AConnectionThatAsksNothingIsClosed) {
  Client client(server_.port());
  EXPECT_TRUE(client.at_end());
}

TEST_F(Hostile, AHeadWithoutEndIsRefused) {
  Client client(server_.port());
  client.send("GET / HTTP/1.1\r\nX: ");
  for (int i = 0; i < 100 && client.send(std::string(10'000, 'x')); ++i) continue;
  EXPECT_THAT(client.receive().status, AnyOf(431, 0));  // 0: cut off while it still sent
  EXPECT_EQ(answer_to("GET / HTTP/1.1\r\nX: " + std::string(kMaxHeadBytes, 'x')).status, 431);
}

TEST_F(Hostile, ABodyThatEndsEarlyIsRefused) {
  Client client(server_.port());
  client.send(request_text("POST", "/v1/predict", "", {{"Content-Length", "10"}}) + "12345");
  client.end_of_sending();
  const Answer answer = client.receive();
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.problem(), "the request ended early");
}

TEST_F(Hostile, ACutOffFormIsRefused) {
  const std::string type = "multipart/form-data; boundary=edge";
  const std::string form =
      "--edge\r\nContent-Disposition: form-data; name=\"image\"\r\n\r\n" + jpeg_text();
  EXPECT_EQ(server_.post("/v1/predict", form, {{"Content-Type", type}}).status, 400);
}

TEST_F(Hostile, ADecompressionBombIsRefusedByItsHeader) {
  const Bytes png = encode_png(Image(2000, 2000));  // 4 megapixels in a few kilobytes
  ASSERT_LT(png.size(), 100'000u);
  const Answer answer = server_.post("/v1/predict", {png.begin(), png.end()});
  EXPECT_EQ(answer.status, 413);
  EXPECT_EQ(answer.problem(), "too many pixels");
}

TEST_F(Hostile, ACompressedBodyIsRefused) {
  EXPECT_EQ(server_.post("/v1/predict", jpeg_text(), {{"Content-Encoding", "gzip"}}).status, 415);
}

TEST_F(Hostile, GarbageIsRefused) {
  EXPECT_EQ(answer_to(std::string("\x16\x03\x01\x02\x00\x01\x00\x01\r\n\r\n", 12)).status, 400);
  EXPECT_EQ(answer_to("\r\n\r\n").status, 400);
  EXPECT_EQ(answer_to(std::string(5000, '\0') + "\r\n\r\n").status, 400);
}

TEST_F(Hostile, DamagedImagesAreRefusedOrAnswered) {
  const std::string good = jpeg_text();
  for (uint64_t i = 0; i < 60; ++i) {
    Rng rng({0, Purpose::kTest, 0, i, 0});
    const Bytes bytes = property::mutated(Bytes(good.begin(), good.end()), rng);
    const Answer answer = server_.post("/v1/predict", {bytes.begin(), bytes.end()});
    EXPECT_THAT(answer.status, AnyOf(200, 400, 413)) << answer.body;
  }
}

TEST_F(Hostile, DamagedRequestsAreAnsweredOrClosed) {
  const std::string good = request_text("GET", "/v1/model", "", {{"Connection", "close"}});
  for (uint64_t i = 0; i < 150; ++i) {
    Rng rng({1, Purpose::kTest, 0, i, 0});
    const Bytes bytes = property::mutated(Bytes(good.begin(), good.end()), rng);
    Client client(server_.port());
    client.send({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    client.end_of_sending();
    EXPECT_THAT(client.receive(false).status, AnyOf(0, 200, 400, 403, 404, 405, 411, 431, 505));
  }
}

TEST_F(Hostile, RequestsThatComeInOnePieceAreAnsweredInOrder) {
  Client client(server_.port());
  client.send(request_text("GET", "/healthz") + request_text("POST", "/v1/predict", jpeg_text()) +
              request_text("GET", "/nothing"));
  EXPECT_THAT(client.receive().body, HasSubstr("\"ok\""));
  EXPECT_THAT(client.receive().body, HasSubstr("probabilities"));
  EXPECT_EQ(client.receive().status, 404);
}

TEST_F(Hostile, ABodyThatNobodyReadIsNotTakenForARequest) {
  Client client(server_.port());
  client.send(request_text("POST", "/nothing", request_text("GET", "/healthz")));
  const Answer answer = client.receive();
  EXPECT_EQ(answer.status, 404);
  EXPECT_EQ(answer.headers.at("connection"), "close");
  EXPECT_TRUE(client.at_end());
}

TEST_F(Hostile, AClientThatWantsToBeAskedForItsBodyIsAsked) {
  Client client(server_.port());
  const std::string image = jpeg_text();
  client.send(
      request_text("POST", "/v1/predict", "",
                   {{"Content-Length", std::to_string(image.size())}, {"Expect", "100-continue"}}));
  EXPECT_EQ(client.receive().status, 100);
  client.send(image);
  EXPECT_EQ(client.receive().status, 200);
}

}  // namespace
}  // namespace derm
