// `dermscope serve` as it is used: started, asked, loaded, stopped.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <atomic>
#include <memory>
#include <thread>

#include "e2e/program.h"
#include "serve/running_server.h"

namespace derm::e2e {
namespace {

using namespace std::chrono_literals;
using derm::testing::Answer;
using derm::testing::Client;
using derm::testing::jpeg_text;
using derm::testing::request_text;
using ::testing::AllOf;
using ::testing::HasSubstr;

std::string bundle() {
  const fs::path path = scratch() / "tiny.bundle";
  if (!fs::exists(path)) write_bundle_files(path, derm::testing::served_bundle(), false);
  return path;
}

// The program on a free port, ready.
class Served {
 public:
  explicit Served(const Arguments& more = {})
      : program_(arguments(more), scratch() / "serve", DERM_DERMSCOPE) {
    const auto end = std::chrono::steady_clock::now() + 60s;
    while (std::chrono::steady_clock::now() < end && !program_.ended() && !ready())
      std::this_thread::sleep_for(20ms);
  }

  int port() const { return port_; }
  void send(int signal) { program_.send(signal); }
  Outcome wait() { return program_.wait(); }

 private:
  static Arguments arguments(const Arguments& more) {
    Arguments out{"serve", bundle(), "--port", "0"};
    out.insert(out.end(), more.begin(), more.end());
    return out;
  }

  bool ready() {
    const std::string out = read_text(scratch() / "serve" / "stdout");
    const size_t colon = out.rfind(':');
    if (out.empty() || out.back() != '\n' || colon == std::string::npos) return false;
    port_ = static_cast<int>(to_int(trim(std::string_view(out).substr(colon + 1))).value_or(0));
    return derm::testing::ask(port_, "GET", "/readyz").status == 200;
  }

  Running program_;
  int port_ = 0;
};

TEST(Serve, PrintsItsAddressAndEndsWellWhenAskedTo) {
  for (const int signal : {SIGTERM, SIGINT}) {
    Served served;
    EXPECT_EQ(derm::testing::ask(served.port(), "POST", "/v1/predict", jpeg_text()).status, 200);
    served.send(signal);
    const Outcome outcome = served.wait();
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    EXPECT_THAT(outcome.out,
                HasSubstr(fmt::format("listening on http://127.0.0.1:{}\n", served.port())));
    EXPECT_THAT(outcome.err, AllOf(HasSubstr("ready"), HasSubstr("stopping")));
  }
}

// Asks on new connections until the port is closed.
class LoadClients {
 public:
  LoadClients(int port, int count) {
    for (int c = 0; c < count; ++c)
      threads_.emplace_back([this, port, c] {
        const std::string text = request_text("POST", "/v1/explain", jpeg_text(c));
        while (true) {
          Client client(port);
          if (!client.connected()) return;
          client.send(text);
          const int status = client.receive().status;
          // 0: the port was closed before the program took the connection.
          ++(status == 200 ? answered : status == 0 ? closed : refused);
        }
      });
  }
  void wait() {
    for (auto& thread : threads_) thread.join();
  }

  std::atomic<int> answered{0}, closed{0}, refused{0};

 private:
  std::vector<std::thread> threads_;
};

TEST(Serve, AnswersEveryRequestThatItBeganWhenStoppedUnderLoad) {
  Served served;
  LoadClients load(served.port(), 6);
  const auto end = std::chrono::steady_clock::now() + 60s;
  while (load.answered < 30 && std::chrono::steady_clock::now() < end)
    std::this_thread::sleep_for(5ms);
  // On connections that were taken, and of each only a part when the stop comes.
  const std::string text = request_text("POST", "/v1/explain", jpeg_text());
  std::vector<std::unique_ptr<Client>> begun;
  for (int i = 0; i < 10; ++i) {
    begun.push_back(std::make_unique<Client>(served.port()));
    begun.back()->send(request_text("GET", "/healthz"));
    ASSERT_EQ(begun.back()->receive().status, 200);
    begun.back()->send(std::string_view(text).substr(0, 100 + 50 * static_cast<size_t>(i)));
  }
  served.send(SIGTERM);
  load.wait();  // nobody else is let in
  for (size_t i = 0; i < begun.size(); ++i) {
    begun[i]->send(std::string_view(text).substr(100 + 50 * i));
    EXPECT_EQ(begun[i]->receive().status, 200) << i;
  }
  EXPECT_EQ(served.wait().exit_code, 0);
  EXPECT_GE(load.answered, 30);
  EXPECT_EQ(load.refused, 0);
  EXPECT_LE(load.closed, 6);
}

TEST(Serve, RefusesToBeReachedByOthersWithoutAToken) {
  const Outcome open = run_dermscope({"serve", bundle(), "--host", "0.0.0.0", "--port", "0"});
  EXPECT_EQ(open.exit_code, 2);
  EXPECT_THAT(open.err, HasSubstr("needs a token"));
  const Outcome named = run_dermscope({"serve", bundle(), "--host", "localhorst"});
  EXPECT_EQ(named.exit_code, 2);
}

TEST(Serve, TakesItsTokenFromTheEnvironment) {
  ::setenv("DERMSCOPE_TOKEN", "a token of some length", 1);
  Served served({"--host", "0.0.0.0"});
  ::unsetenv("DERMSCOPE_TOKEN");
  EXPECT_EQ(derm::testing::ask(served.port(), "GET", "/v1/model").status, 401);
  EXPECT_EQ(derm::testing::ask(served.port(), "GET", "/v1/model", {},
                               {{"Authorization", "Bearer a token of some length"}})
                .status,
            200);
}

TEST(Serve, NamesABundleThatIsNotThereAndAPortThatIsTaken) {
  const Outcome missing = run_dermscope({"serve", scratch() / "nothing", "--port", "0"});
  EXPECT_EQ(missing.exit_code, 1);
  EXPECT_THAT(missing.err, HasSubstr("no such bundle"));
  Served served;
  const Outcome taken = run_dermscope({"serve", bundle(), "--port", std::to_string(served.port())});
  EXPECT_EQ(taken.exit_code, 1);
  EXPECT_THAT(taken.err, HasSubstr("cannot listen"));
}

TEST(Serve, ExplainsItself) {
  EXPECT_THAT(run_dermscope({"serve", "--help"}).out,
              AllOf(HasSubstr("DERMSCOPE_TOKEN"), HasSubstr("dermscope serve student.bundle")));
}

}  // namespace
}  // namespace derm::e2e
