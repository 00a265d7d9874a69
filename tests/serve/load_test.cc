// Many at once: every request is answered, bounds hold, the counts add up.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <thread>

#include "serve/running_server.h"

namespace derm {
namespace {

using namespace std::chrono_literals;
using testing::Answer;
using testing::Client;
using testing::jpeg_text;
using testing::request_text;
using testing::RunningServer;
using testing::ServerSetup;

// The number behind a line's beginning.
double metric(const std::string& text, const std::string& line) {
  const size_t at = text.find("\n" + line + " ");
  if (at == std::string::npos) return 0;
  const size_t begin = at + line.size() + 2;
  return to_double(text.substr(begin, text.find('\n', begin) - begin)).value_or(-1);
}

double answered(const std::string& text, int status) {
  return metric(
      text, fmt::format("dermscope_requests_total{{route=\"/v1/predict\",status=\"{}\"}}", status));
}

// Resident memory of this process.
int64_t resident_kib() {
  for (const auto& line : split(read_text("/proc/self/status"), '\n'))
    if (starts_with(line, "VmRSS:"))
      return to_int(trim(std::string_view(line).substr(6, line.size() - 6 - 3))).value_or(0);
  return 0;
}

#ifdef __SANITIZE_ADDRESS__
constexpr int64_t kGrowthKib = 600 * 1024;  // it keeps what was freed for a while
#else
constexpr int64_t kGrowthKib = 64 * 1024;
#endif

struct Tally {
  std::atomic<int> ok{0}, busy{0}, other{0};

  void count(int status) { ++(status == 200 ? ok : status == 503 ? busy : other); }
  int all() const { return ok + busy + other; }
};

// `clients` threads of `requests` each, every client on one connection.
void load(int port, int clients, int requests, Tally& tally) {
  std::vector<std::thread> threads;
  for (int c = 0; c < clients; ++c)
    threads.emplace_back([&, c] {
      const std::string image = jpeg_text(c);
      auto client = std::make_unique<Client>(port);
      for (int i = 0; i < requests; ++i) {
        client->send(request_text("POST", "/v1/predict", image));
        const Answer answer = client->receive();
        tally.count(answer.status);
        // A refused body is not read: the connection ends with the refusal.
        if (answer.status != 200) client = std::make_unique<Client>(port);
      }
    });
  for (auto& thread : threads) thread.join();
}

TEST(Load, IsAnsweredWholeAndInBoundedMemory) {
  RunningServer server;
  Tally warm, tally;
  load(server.port(), 8, 5, warm);
  const int64_t before = resident_kib();
  load(server.port(), 8, 50, tally);
  EXPECT_EQ(tally.ok, 400);
  EXPECT_LT(resident_kib() - before, kGrowthKib);
  const std::string text = server.get("/metrics").body;
  EXPECT_EQ(answered(text, 200), 440);
  EXPECT_EQ(metric(text, "dermscope_batch_size_sum"), 440);
  EXPECT_LE(metric(text, "dermscope_batch_size_count"), 440);
  EXPECT_EQ(metric(text, "dermscope_queue_length"), 0);
  EXPECT_EQ(metric(text, "dermscope_requests_in_flight"), 1);  // this one
}

TEST(Load, BeyondTheQueueIsToldToComeAgain) {
  ServerSetup setup;
  setup.service.inference.queue = 2;
  RunningServer server(setup);
  Tally tally;
  load(server.port(), 8, 25, tally);
  EXPECT_EQ(tally.all(), 200);
  EXPECT_EQ(tally.other, 0);
  EXPECT_GT(tally.ok, 0);
  const std::string text = server.get("/metrics").body;
  EXPECT_EQ(answered(text, 200), tally.ok);
  EXPECT_EQ(answered(text, 503), tally.busy);
  EXPECT_EQ(metric(text, "dermscope_rejected_total{reason=\"queue\"}"), tally.busy);
}

// Clients that have announced a body and do not send it hold the places.
TEST(Queue, IsBoundedFromTheBeginningOfARequest) {
  ServerSetup setup;
  setup.service.inference.queue = 2;
  RunningServer server(setup);
  const std::string image = jpeg_text();
  const std::string head =
      request_text("POST", "/v1/predict", "",
                   {{"Content-Length", std::to_string(image.size())}, {"Expect", "100-continue"}});
  Client first(server.port()), second(server.port());
  for (Client* client : {&first, &second}) {
    client->send(head);
    ASSERT_EQ(client->receive().status, 100);  // it is admitted
  }
  const Answer refused = server.post("/v1/predict", image);
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(refused.problem(), "the queue is full");
  EXPECT_EQ(server.get("/healthz").status, 200);
  first.send(image);
  EXPECT_EQ(first.receive().status, 200);
  while (server.post("/v1/predict", image).status != 200) std::this_thread::sleep_for(5ms);
}

TEST(Connections, AreBoundedAndTheNextIsTold) {
  ServerSetup setup;
  setup.server.connections = 3;
  RunningServer server(setup);
  std::vector<std::unique_ptr<Client>> open;
  for (int i = 0; i < 3; ++i) {
    open.push_back(std::make_unique<Client>(server.port()));
    open.back()->send(request_text("GET", "/healthz"));
    ASSERT_EQ(open.back()->receive().status, 200);
  }
  const Answer refused = server.get("/healthz");
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(refused.problem(), "too many connections");
  open.clear();
  Answer counts = server.get("/metrics");
  for (; counts.status != 200; counts = server.get("/metrics")) std::this_thread::sleep_for(5ms);
  EXPECT_GE(metric(counts.body, "dermscope_rejected_total{reason=\"connections\"}"), 1);
}

TEST(Stop, FinishesWhatWasBegunAndClosesWhatWaits) {
  RunningServer server;
  const std::string image = jpeg_text();
  Client idle(server.port()), begun(server.port());
  idle.send(request_text("GET", "/healthz"));
  ASSERT_EQ(idle.receive().status, 200);
  const std::string request = request_text("POST", "/v1/predict", image);
  begun.send(request.substr(0, 20));
  std::this_thread::sleep_for(50ms);
  std::thread stopping([&] { server.stop(); });
  EXPECT_TRUE(idle.at_end());
  begun.send(request.substr(20));
  const Answer answer = begun.receive();
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.headers.at("connection"), "close");
  stopping.join();
  EXPECT_FALSE(Client(server.port()).connected());
}

// Answers at once.
class Greeter : public HttpHandler {
 public:
  HttpResponse answer(HttpRequest&) override { return {200, "text/plain", "hello", {}}; }
  HttpResponse refuse(const HttpError& error) override {
    return {error.status(), "text/plain", error.what(), {}};
  }
};

// The stop comes while connections wait to be taken, or have been taken and not been read.
TEST(Stop, AnswersWhatHadArrivedBefore) {
  for (int round = 0; round < 50; ++round) {
    Greeter greeter;
    HttpServer server({}, greeter);
    std::vector<std::unique_ptr<Client>> clients;
    for (int i = 0; i < 8; ++i) {
      clients.push_back(std::make_unique<Client>(server.port()));
      ASSERT_TRUE(clients.back()->connected());
      clients.back()->send(request_text("GET", "/"));
    }
    server.stop();
    for (const auto& client : clients) EXPECT_EQ(client->receive().body, "hello") << round;
  }
}

}  // namespace
}  // namespace derm
