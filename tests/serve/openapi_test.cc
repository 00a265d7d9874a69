// The API's description against the server: every answer that it lists is provoked and checked, and
// the server has no route that it does not list.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <tuple>

#include "serve/running_server.h"
#include "support/json_schema.h"

namespace derm {
namespace {

using testing::Answer;
using testing::Client;
using testing::Headers;
using testing::jpeg_text;
using testing::RunningServer;
using testing::ServerSetup;

using Operation = std::tuple<std::string, std::string, int>;  // method, path, status

class OpenApi : public ::testing::Test {
 protected:
  static ServerSetup setup(bool loaded, const std::string& token) {
    ServerSetup out;
    out.loaded = loaded;
    out.service.token = token;
    out.service.version = "1.2.3";
    out.service.inference.max_body_bytes = 50'000;
    out.server.timeout_s = 1;
    return out;
  }

  std::set<Operation> listed() const {
    std::set<Operation> out;
    for (const auto& [path, methods] : document_.at("paths").items())
      for (const auto& [method, operation] : methods.items())
        for (const auto& [status, response] : operation.at("responses").items())
          out.insert({method, path, static_cast<int>(to_int(status).value_or(0))});
    return out;
  }

  // Counts the answer as seen where it is as the document says.
  void expect(const std::string& method, const std::string& path, int status,
              const Answer& answer) {
    SCOPED_TRACE(fmt::format("{} {} {}\n{}", method, path, status, answer.body.substr(0, 400)));
    ASSERT_EQ(answer.status, status);
    const auto& responses = document_.at("paths").at(path).at(method).at("responses");
    ASSERT_TRUE(responses.contains(std::to_string(status))) << "is not listed";
    const Json& content = responses.at(std::to_string(status)).at("content");
    ASSERT_EQ(content.size(), 1u);
    EXPECT_EQ(answer.headers.at("content-type"), content.begin().key());
    if (content.begin().key() == "application/json") {
      const Json& schema = content.begin().value().at("schema");
      EXPECT_EQ(testing::SchemaCheck(document_).mismatch(answer.json(), schema), "");
    }
    seen_.insert({method, path, status});
  }

  void provoke_reads() {
    for (const char* path : {"/", "/style.css", "/app.js", "/backend.js", "/openapi.json",
                             "/healthz", "/readyz", "/metrics", "/v1/model"}) {
      expect("get", path, 200, ready_.get(path));
      expect("get", path, 403, ready_.get(path, {{"Host", "rebound.example"}}));
    }
    for (const char* path : {"/metrics", "/v1/model"}) expect("get", path, 401, guarded_.get(path));
    for (const char* path : {"/readyz", "/v1/model"}) expect("get", path, 503, early_.get(path));
  }

  void provoke_posts(const std::string& path) {
    const std::string image = jpeg_text();
    const auto post = [&](int status, const std::string& query, const std::string& body,
                          const Headers& headers) {
      expect("post", path, status, ready_.post(path + query, body, headers));
    };
    post(200, "?coverage=0.5", image, {{"Content-Type", "image/jpeg"}});
    post(400, "", "no image", {});
    post(400, "?what=1", image, {});
    post(403, "", image, {{"Origin", "http://evil.example"}});
    post(411, "", "", {{"Transfer-Encoding", "chunked"}});
    post(413, "", std::string(50'001, 'x'), {});
    post(415, "", image, {{"Content-Type", "text/plain"}});
    expect("post", path, 401, guarded_.post(path, image));
    expect("post", path, 503, early_.post(path, image));
    Client slow(ready_.port());
    slow.send(testing::request_text("POST", path, "", {{"Content-Length", "10"}}));
    expect("post", path, 408, slow.receive());
  }

  const RunningServer ready_{setup(true, "")}, guarded_{setup(true, "a token of some length")},
      early_{setup(false, "")};
  const Json document_ = ready_.get("/openapi.json").json();
  std::set<Operation> seen_;
};

TEST_F(OpenApi, ListsExactlyTheRoutesOfTheServer) {
  std::set<std::pair<std::string, std::string>> described, served;
  for (const auto& [method, path, status] : listed()) described.insert({method, path});
  for (const auto& route : Service::routes()) served.insert({lower(route.method), route.path});
  EXPECT_EQ(described, served);
}

TEST_F(OpenApi, ListsWhatTheServerReallyAnswersAndNothingElse) {
  provoke_reads();
  for (const char* path : {"/v1/predict", "/v1/explain"}) provoke_posts(path);
  const RunningServer plain({}, testing::bundle_without_maps());
  expect("post", "/v1/explain", 409, plain.post("/v1/explain", jpeg_text()));
  EXPECT_EQ(seen_, listed());
}

TEST_F(OpenApi, ListsTheParametersAndTheKindsOfContentThatAreTaken) {
  const std::map<std::string, std::string> values{{"class", "BKL"}, {"coverage", "0.5"}};
  const std::string image = jpeg_text();
  for (const char* path : {"/v1/predict", "/v1/explain"}) {
    const Json& operation = document_.at("paths").at(path).at("post");
    for (const auto& parameter : operation.at("parameters")) {
      const std::string name = parameter.at("name");
      EXPECT_EQ(ready_.post(fmt::format("{}?{}={}", path, name, values.at(name)), image).status,
                200);
    }
    for (const auto& [type, content] : operation.at("requestBody").at("content").items()) {
      if (type == "multipart/form-data") continue;  // tested with the answers
      EXPECT_EQ(ready_.post(path, image, {{"Content-Type", type}}).status, 200) << type;
    }
  }
}

TEST_F(OpenApi, AsksForTheTokenWhereTheServerDoes) {
  for (const auto& [path, methods] : document_.at("paths").items())
    for (const auto& [method, operation] : methods.items()) {
      const int status =
          method == "get" ? guarded_.get(path).status : guarded_.post(path, jpeg_text()).status;
      EXPECT_EQ(status == 401, !operation.contains("security")) << path;
    }
}

}  // namespace
}  // namespace derm
