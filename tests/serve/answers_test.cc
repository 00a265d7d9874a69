// What the server answers, over a real connection.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/decision.h"
#include "serve/running_server.h"

namespace derm {
namespace {

using ::testing::AllOf;
using testing::Answer;
using ::testing::HasSubstr;
using testing::jpeg_text;
using ::testing::Not;
using testing::RunningServer;
using testing::ServerSetup;
using ::testing::StartsWith;

constexpr const char* kToken = "a token of some length";

const RunningServer& server() {
  static const RunningServer kServer;
  return kServer;
}

const Predictor& predictor() {
  static const Predictor kPredictor(parse_bundle(testing::served_bundle(), "tiny"));
  return kPredictor;
}

TEST(Predict, GivesWhatThePredictorGives) {
  const std::string image = jpeg_text(3);
  const Prediction expected = predictor().predict(ByteView(std::string_view(image)), "3.jpg");
  const Answer answer = server().post("/v1/predict?coverage=0.6", image);
  ASSERT_EQ(answer.status, 200) << answer.body;
  const Json json = answer.json();
  const auto& classes = predictor().classes();
  EXPECT_EQ(json.at("class"), classes[expected.top]);
  size_t k = 0;
  for (const auto& [name, probability] : json.at("probabilities").items()) {
    ASSERT_LT(k, classes.size());
    EXPECT_EQ(name, classes[k]);
    EXPECT_NEAR(probability.get<double>(), expected.probabilities[k++], 1e-6);
  }
  EXPECT_EQ(k, classes.size());
  const PredictionSet set = prediction_set(expected.probabilities, 0.6);
  EXPECT_EQ(json.at("prediction_set").at("coverage"), 0.6);
  EXPECT_EQ(json.at("prediction_set").at("classes").size(), set.classes.size());
  EXPECT_EQ(json.at("calls").get<std::vector<std::string>>(),
            calls_of(expected, predictor().bundle().metadata));
  EXPECT_EQ(json.at("warnings").get<std::vector<std::string>>(), expected.warnings);
  EXPECT_THAT(json.at("notice").get<std::string>(), HasSubstr("not a medical device"));
}

TEST(Predict, TakesTheFieldOfAFormAsTheBytes) {
  const std::string image = jpeg_text(1);
  const std::string form =
      "--edge\r\nContent-Disposition: form-data; name=\"image\"; filename=\"x.jpg\"\r\n\r\n" +
      image + "\r\n--edge--\r\n";
  const Answer answer =
      server().post("/v1/predict", form, {{"Content-Type", "multipart/form-data; boundary=edge"}});
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(answer.json().at("probabilities"),
            server().post("/v1/predict", image).json().at("probabilities"));
}

TEST(Predict, WarnsOfAnImageUnlikeTheOthers) {
  const Bytes black = encode_png(Image(64, 64));
  const Answer answer = server().post("/v1/predict", {black.begin(), black.end()});
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_GE(answer.json().at("warnings").size(), 1u);
}

TEST(Explain, DrawsTheMapOfTheAskedClassOrTheMostProbable) {
  const Answer asked = server().post("/v1/explain?class=BKL", jpeg_text());
  ASSERT_EQ(asked.status, 200) << asked.body;
  const Json drawn = asked.json().at("explanation");
  EXPECT_EQ(drawn.at("class"), "BKL");
  for (const char* image : {"image", "overlay"})
    EXPECT_THAT(drawn.at(image).get<std::string>(),
                StartsWith("data:image/png;base64,iVBORw0KGgo"));
  EXPECT_NE(drawn.at("image"), drawn.at("overlay"));
  const Json other = server().post("/v1/explain?class=NV", jpeg_text()).json().at("explanation");
  EXPECT_EQ(other.at("image"), drawn.at("image"));
  EXPECT_NE(other.at("overlay"), drawn.at("overlay"));
  const Json top = server().post("/v1/explain", jpeg_text()).json();
  EXPECT_EQ(top.at("explanation").at("class"), top.at("class"));
}

TEST(Model, SaysWhatTheBundleSays) {
  const Json json = server().get("/v1/model").json();
  EXPECT_EQ(json.at("metadata"), to_json(predictor().bundle().metadata));
  EXPECT_EQ(json.at("card"), predictor().bundle().model_card());
}

TEST(Page, LoadsNothingFromElsewhereAndSaysThatItIsNoMedicalDevice) {
  const Answer page = server().get("/");
  EXPECT_EQ(page.headers.at("content-type"), "text/html; charset=utf-8");
  EXPECT_THAT(page.body, HasSubstr("Not a medical device"));
  for (const char* path : {"/", "/app.js", "/backend.js", "/style.css"}) {
    const Answer answer = server().get(path);
    EXPECT_EQ(answer.status, 200) << path;
    EXPECT_THAT(answer.headers.at("content-security-policy"),
                AllOf(StartsWith("default-src 'none'"), Not(HasSubstr("unsafe"))));
    EXPECT_EQ(answer.headers.at("x-content-type-options"), "nosniff");
    EXPECT_EQ(answer.headers.count("access-control-allow-origin"), 0u);
  }
}

TEST(Page, HasAHeadOfItsOwn) {
  const Answer head = testing::ask(server().port(), "HEAD", "/");
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.headers.at("content-length"), std::to_string(server().get("/").body.size()));
}

TEST(Errors, NameWhatIsWrongAsJson) {
  const Json error = server().post("/v1/predict?coverage=2", jpeg_text()).json().at("error");
  EXPECT_EQ(error.at("where"), "parameter coverage");
  EXPECT_EQ(error.at("got"), "2");
  const Answer method = server().get("/v1/predict");
  EXPECT_EQ(method.status, 405);
  EXPECT_EQ(method.headers.at("allow"), "POST");
  EXPECT_EQ(server().get("/v1/../etc/passwd").status, 404);
}

TEST(Errors, StayProperTextWhateverTheClientSends) {
  const Answer answer = server().post("/v1/predict?%ff%00=1", jpeg_text());
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.problem(), "unknown parameter");
}

TEST(Readiness, FollowsTheModelAndTheStop) {
  ServerSetup setup;
  setup.loaded = false;
  RunningServer early(setup);
  EXPECT_EQ(early.get("/healthz").status, 200);
  EXPECT_EQ(early.get("/readyz").status, 503);
  const Answer refused = early.post("/v1/predict", jpeg_text());
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(refused.headers.at("retry-after"), "1");
  EXPECT_THAT(early.get("/metrics").body, HasSubstr("dermscope_ready 0"));
  early.service().start(
      std::make_shared<const Predictor>(parse_bundle(testing::served_bundle(), "tiny")));
  EXPECT_EQ(early.get("/readyz").status, 200);
  early.service().drain();
  EXPECT_EQ(early.get("/readyz").status, 503);
  EXPECT_EQ(early.post("/v1/predict", jpeg_text()).status, 200);  // what was begun is finished
}

TEST(Access, NeedsTheTokenForAllThatIsNotThePage) {
  ServerSetup setup;
  setup.service.token = kToken;
  const RunningServer guarded(setup);
  for (const char* open : {"/", "/app.js", "/backend.js", "/healthz", "/readyz", "/openapi.json"})
    EXPECT_EQ(guarded.get(open).status, 200) << open;
  for (const char* closed : {"/metrics", "/v1/model"}) {
    const Answer answer = guarded.get(closed);
    EXPECT_EQ(answer.status, 401) << closed;
    EXPECT_EQ(answer.headers.at("www-authenticate"), "Bearer");
    EXPECT_EQ(guarded.get(closed, {{"Authorization", std::string("Bearer ") + kToken}}).status,
              200);
  }
  EXPECT_EQ(guarded.post("/v1/predict", jpeg_text()).status, 401);
  EXPECT_EQ(guarded.post("/v1/predict", jpeg_text(), {{"Authorization", "Bearer x"}}).status, 401);
}

TEST(Access, RefusesAPageThatPointsItsNameHereOrSendsFromElsewhere) {
  EXPECT_EQ(server().get("/", {{"Host", "rebound.example"}}).status, 403);
  EXPECT_EQ(server().post("/v1/predict", jpeg_text(), {{"Origin", "http://evil.example"}}).status,
            403);
  EXPECT_EQ(server().post("/v1/predict", jpeg_text(), {{"Origin", "http://localhost"}}).status,
            200);
}

}  // namespace
}  // namespace derm
