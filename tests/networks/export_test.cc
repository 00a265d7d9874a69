// Every network of the zoo as an ONNX model in ONNX Runtime, against libtorch.
#include <gtest/gtest.h>

#include "deploy/onnx_export.h"
#include "net/arrays.h"
#include "net/torch.h"
#include "runtime/session.h"
#include "zoo/zoo.h"

namespace derm {
namespace {

constexpr int64_t kSide = 64, kClasses = 5, kImages = 3;

// Statistics and factors of norms as training leaves them, so that folding has something to do.
void disturb_norms(GraphNet& net) {
  for (auto& [name, tensor] : net->state()) {
    if (name.find("running_mean") != std::string::npos) tensor.normal_(0, 0.1);
    if (name.find("running_var") != std::string::npos) tensor.uniform_(0.5, 1.5);
    if (name.find("layer_scale") != std::string::npos) tensor.uniform_(0.5, 1.5);
    if (tensor.dim() == 1 && tensor.is_floating_point() &&
        name.find("running") == std::string::npos)
      tensor.add_(torch::randn_like(tensor), 0.1);
  }
}

struct Outputs {
  std::vector<std::string> names;
  std::map<std::string, Array> exported, trained;
};

double largest(const Array& array) {
  double most = 0;
  for (const float value : array.values) most = std::max(most, std::fabs(double{value}));
  return most;
}

double difference(const Array& a, const Array& b) {
  EXPECT_EQ(a.shape, b.shape);
  if (a.shape != b.shape) return 1e9;
  double most = 0;
  for (size_t i = 0; i < a.values.size(); ++i)
    most = std::max(most, std::fabs(double{a.values[i]} - b.values[i]));
  return most;
}

class ExportedNetwork : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    torch::manual_seed(5);
    disturb_norms(net_);
    net_->eval();
    images_ = torch::randn({kImages, 3, kSide, kSide});
  }

  Outputs run(const OnnxOptions& options) {
    const torch::NoGradGuard no_grad;
    const FrozenGraph frozen = freeze(graph_, arrays_of(net_), wanted_taps(options));
    model_ = to_onnx(frozen, options);
    check_onnx(model_.proto, GetParam());
    const std::string bytes = onnx_bytes(model_.proto);
    const Session session(ByteView(bytes), GetParam(), {1});
    Outputs out;
    out.names = session.outputs();
    const auto values = session.run(images_.data_ptr<float>(), kImages, out.names);
    for (size_t i = 0; i < values.size(); ++i) out.exported[out.names[i]] = values[i];
    TapSet taps = wanted_taps(options);
    taps.insert("features");
    for (const auto& [name, tensor] : net_->forward(images_, taps))
      out.trained[name] = array_of(tensor);
    return out;
  }

  const Graph graph_ = build_network(GetParam(), {kClasses, kSide, -1});
  GraphNet net_{graph_, 7};
  torch::Tensor images_;
  OnnxModel model_;
};

TEST_P(ExportedNetwork, GivesEveryTapItsLogitsItsProbabilitiesAndItsMaps) {
  OnnxOptions options;
  options.temperature = 2;
  for (const auto& [tap, value] : graph_.taps)
    if (tap != "logits") options.taps.push_back(tap);
  Outputs out = run(options);
  EXPECT_EQ(out.names.size(), graph_.taps.size() + 2);
  for (const auto& [tap, value] : graph_.taps)
    EXPECT_LE(difference(out.exported[tap], out.trained[tap]),
              1e-4 * std::max(1.0, largest(out.trained[tap])))
        << tap;

  const auto logits = torch::tensor(out.exported["logits"].values).view({kImages, kClasses});
  const auto expected = array_of(torch::softmax(logits / 2, 1));
  EXPECT_LE(difference(out.exported["probabilities"], expected), 1e-5);

  const Array& cam = out.exported["cam"];
  ASSERT_EQ(cam.shape.size(), 4u);
  EXPECT_EQ(cam.shape[1], kClasses);
  EXPECT_EQ(cam.shape[2], graph_.shape("features").height);
  // Exact: what the mean of a map leaves of the logit is the bias, the same for every image.
  const auto rest = logits - torch::tensor(cam.values).view(cam.shape).mean({2, 3});
  const double spread = (rest - rest[0]).abs().max().item<double>();
  if (*model_.cam == CamKind::kExact) {
    EXPECT_LE(spread, 1e-3 * std::max(1.0, largest(out.exported["logits"])));
  }
}

TEST_P(ExportedNetwork, TakesAnyBatch) {
  OnnxOptions options;
  options.cam = false;
  const Outputs out = run(options);
  const std::string bytes = onnx_bytes(model_.proto);
  const Session session(ByteView(bytes), GetParam(), {1});
  const Array one = session.run(images_.data_ptr<float>(), 1, {"logits"}).front();
  for (size_t k = 0; k < one.values.size(); ++k)
    EXPECT_NEAR(one.values[k], out.exported.at("logits").values[k],
                1e-4 * std::max(1.0, largest(one)));
}

std::vector<std::string> network_names() {
  std::vector<std::string> names;
  for (const auto& entry : networks()) names.push_back(entry.name);
  return names;
}

std::string test_name(const ::testing::TestParamInfo<std::string>& param) {
  std::string name = param.param;
  std::replace(name.begin(), name.end(), '.', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Zoo, ExportedNetwork, ::testing::ValuesIn(network_names()), test_name);

TEST(Cam, IsExactForPooledLinearHeadsAndPositionwiseForThoseThatBend) {
  const auto kind = [](const std::string& network) {
    GraphNet net(build_network(network, {kClasses, kSide, -1}), 7);
    return *to_onnx(freeze(net->graph(), arrays_of(net), {"logits", "features"}), {}).cam;
  };
  for (const char* network : {"mobilenet_v2", "shufflenet_v2_x1.0", "squeezenet1_1", "dsnet"})
    EXPECT_EQ(kind(network), CamKind::kExact) << network;
  for (const char* network : {"mobilenet_v3_small", "convnext_tiny"})
    EXPECT_EQ(kind(network), CamKind::kPositionwise) << network;
}

TEST(HalfPrecision, HalvesTheFileAndStaysCloseToTheLogits) {
  const torch::NoGradGuard no_grad;
  GraphNet net(build_network("mobilenet_v2_0.35", {kClasses, kSide, -1}), 7);
  net->eval();
  const FrozenGraph frozen = freeze(net->graph(), arrays_of(net), {"logits", "features"});
  OnnxOptions half;
  half.half = true;
  const OnnxModel model = to_onnx(frozen, half);
  check_onnx(model.proto, "half");
  const std::string bytes = onnx_bytes(model.proto);
  EXPECT_LT(bytes.size(), 0.6 * static_cast<double>(onnx_bytes(to_onnx(frozen, {}).proto).size()));
  const torch::Tensor images = torch::randn({2, 3, kSide, kSide});
  const Session session(ByteView(bytes), "half", {1});
  const Array logits = session.run(images.data_ptr<float>(), 2, {"logits"}).front();
  const Array trained = array_of(net->forward(images, {"logits"}).at("logits"));
  EXPECT_LE(difference(logits, trained), 0.02 * std::max(1.0, largest(trained)));
}

}  // namespace
}  // namespace derm
