#include "deploy/quantize.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "deploy/activation_statistics.h"
#include "deploy/onnx_read.h"
#include "deploy/wide_input.h"
#include "runtime/predictor.h"
#include "support/tiny_bundle.h"

namespace derm {
namespace {

using testing::drawn_images;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::message_of;
using testing::TempFolder;
using testing::tiny_network;

// The tiny network as ONNX, with the ranges of its activations on drawn images.
class QuantizeGraph : public ::testing::Test {
 protected:
  QuantizeGraph() {
    const LabelledFiles files = drawn_images(folder_);
    images_ = fitted_images(files.files, 0, files.files.size(), network_.contract, 1);
    const auto frozen = freeze(network_.graph, network_.weights, {"logits", "features"});
    model_ = to_onnx(frozen, {}).proto;
    observe(model_);
  }

  void observe(const onnx::ModelProto& model) {
    auto statistics =
        activation_statistics(model, images_, network_.contract, RangeMethod::kMinMax, 1);
    how_.ranges = std::move(statistics.ranges);
    how_.means = std::move(statistics.means);
  }

  std::vector<float> logits_of(const onnx::ModelProto& model) const {
    const std::string bytes = onnx_bytes(model);
    const Session session(ByteView(bytes), "model");
    const auto input = network_input(images_, network_.contract);
    return session.run(input.data(), static_cast<int64_t>(images_.size()), {"logits"})[0].values;
  }

  static double relative_error(const std::vector<float>& a, const std::vector<float>& b) {
    double error = 0, power = 0;
    for (size_t i = 0; i < a.size(); ++i) {
      error += (double{a[i]} - b[i]) * (double{a[i]} - b[i]);
      power += double{b[i]} * b[i];
    }
    return error / power;
  }

  const TempFolder folder_;
  const TrainedNetwork network_ = tiny_network();
  std::vector<Image> images_;
  onnx::ModelProto model_;
  GraphQuantization how_;
};

TEST_F(QuantizeGraph, ListsTheLayersInOrder) {
  EXPECT_THAT(quantizable_layers(model_),
              ElementsAre("stem.0", "block.0.0", "block.1.0", "stage2.0", "stage4", "fc"));
}

TEST_F(QuantizeGraph, StaysCloseToTheFloatLogits) {
  const onnx::ModelProto int8 = quantize_graph(model_, how_);
  check_onnx(int8, "int8");
  const auto expected = logits_of(model_), logits = logits_of(int8);
  EXPECT_LT(relative_error(logits, expected), 1e-3);
  EXPECT_GT(relative_error(logits, expected), 0);
}

TEST_F(QuantizeGraph, PutsLevelsAroundEveryLayer) {
  const onnx::ModelProto int8 = quantize_graph(model_, how_);
  const OnnxIndex index = index_of(int8.graph());
  int layers = 0, functions = 0;
  for (const auto& node : int8.graph().node()) {
    if (node.op_type() == "Relu" || node.op_type() == "Clip") ++functions;
    if (node.op_type() != "Conv" && node.op_type() != "Gemm") continue;
    if (node.name().empty() || index.makers.at(node.input(1))->op_type() == "Unsqueeze") continue;
    ++layers;
    for (const auto& input : node.input())
      EXPECT_EQ(index.makers.at(input)->op_type(), "DequantizeLinear") << node.name();
    const auto& readers = index.readers.at(node.output(0));
    const bool last = node.name() == "fc";
    EXPECT_EQ(readers.front()->op_type() == "QuantizeLinear", !last) << node.name();
    const auto* levels = index.constants.at(index.makers.at(node.input(1))->input(0));
    EXPECT_EQ(levels->data_type(), onnx::TensorProto::INT8) << node.name();
  }
  EXPECT_EQ(layers, 6);
  EXPECT_EQ(functions, 0);  // the ranges clamp
}

TEST_F(QuantizeGraph, LeavesFloatLayersAsTheyAre) {
  const auto layers = quantizable_layers(model_);
  how_.float_layers = {layers.begin(), layers.end()};
  EXPECT_EQ(relative_error(logits_of(quantize_graph(model_, how_)), logits_of(model_)), 0);
  how_.float_layers.erase("stage2.0");
  const double one = relative_error(logits_of(quantize_graph(model_, how_)), logits_of(model_));
  EXPECT_GT(one, 0);
  EXPECT_LT(one, 1e-3);
}

// A channel a thousand times larger than its neighbours: one scale for all would lose them.
TEST_F(QuantizeGraph, KeepsFloatLayersBetweenInt8OnesFromTheRuntime) {
  TrainedNetwork network = tiny_network();
  auto& weight = network.weights.at("block.0.0.weight").values;
  for (size_t i = 0; i < 9; ++i) weight[i] *= 1000;
  const auto frozen = freeze(network.graph, network.weights, {"logits", "features"});
  const onnx::ModelProto model = to_onnx(frozen, {}).proto;
  observe(model);
  how_.float_layers = {"block.0.0"};
  EXPECT_LT(relative_error(logits_of(quantize_graph(model, how_)), logits_of(model)), 1e-3);
}

TEST_F(QuantizeGraph, HalvesTheLevelsOfWeightsForSevenBits) {
  how_.weight_bits = 7;
  const onnx::ModelProto int8 = quantize_graph(model_, how_);
  int most = 0;
  for (const auto& tensor : int8.graph().initializer())
    if (tensor.data_type() == onnx::TensorProto::INT8)
      for (const char level : tensor.raw_data()) most = std::max(most, std::abs(int{level}));
  EXPECT_EQ(most, 63);
  EXPECT_LT(relative_error(logits_of(int8), logits_of(model_)), 1e-3);
}

TEST_F(QuantizeGraph, KeepsTheMapsOfTheClasses) {
  const std::string bytes = onnx_bytes(quantize_graph(model_, how_));
  const Session session(ByteView(bytes), "int8");
  const auto input = network_input({images_[0]}, network_.contract);
  const auto out = session.run(input.data(), 1, {"cam", "logits"});
  // The mean of a map and the bias are the logit, up to the levels of the pooled vector.
  const auto positions = static_cast<size_t>(out[0].shape[2] * out[0].shape[3]);
  const auto& bias = network_.weights.at("fc.bias").values;
  for (size_t k = 0; k < bias.size(); ++k) {
    double mean = 0;
    for (size_t i = 0; i < positions; ++i) mean += out[0].values[k * positions + i];
    EXPECT_NEAR(mean / static_cast<double>(positions) + bias[k], out[1].values[k], 0.05);
  }
}

TEST_F(QuantizeGraph, WidensTheImageWithoutAChangeOfTheLogits) {
  const onnx::ModelProto wide = with_wide_input(model_);
  EXPECT_LT(relative_error(logits_of(wide), logits_of(model_)), 1e-10);
  EXPECT_EQ(wide.graph().node(0).op_type(), "Pad");
  const OnnxIndex index = index_of(wide.graph());
  const auto* layer = index.readers.at("image_wide").at(0);
  EXPECT_EQ(float_array(*index.constants.at(layer->input(1))).shape[1], 4);
  EXPECT_EQ(with_wide_input(wide).SerializeAsString(), wide.SerializeAsString());
  EXPECT_EQ(quantizable_layers(wide), quantizable_layers(model_));
  observe(wide);
  EXPECT_LT(relative_error(logits_of(quantize_graph(wide, how_)), logits_of(model_)), 0.05);
}

TEST_F(QuantizeGraph, NamesAnActivationWithoutARange) {
  how_.ranges.erase("image");
  EXPECT_THAT(message_of([&] { quantize_graph(model_, how_); }), HasSubstr("image"));
}

TEST_F(QuantizeGraph, RangesCoverWhatWasSeen) {
  for (const auto& [name, range] : how_.ranges) {
    EXPECT_LE(range.low, 0) << name;
    EXPECT_GE(range.high, 0) << name;
  }
  EXPECT_GT(how_.ranges.at("image").high, 1);
  EXPECT_EQ(how_.ranges.size(), activations_of(model_).size());
}

TEST_F(QuantizeGraph, TakesTheMeanOfTheErrorUpInTheBias) {
  // Eight levels of each weight: large errors, whose mean the bias can take up.
  const auto error = [&] {
    double sum = 0;
    const auto logits = logits_of(quantize_graph(model_, how_)), exact = logits_of(model_);
    for (size_t k = 0; k < 8; ++k) {
      double mean = 0;
      for (size_t i = k; i < logits.size(); i += 8) mean += double{logits[i]} - exact[i];
      sum += std::fabs(mean);
    }
    return sum;
  };
  how_.weight_bits = 7;
  const double corrected = error();
  how_.means.clear();
  EXPECT_LT(corrected, 0.7 * error());
}

TEST(QuantizeChannel, RoundsToTheNearestLevelOfTheLargestWeight) {
  const ChannelWeights channel = quantize_channel({1.27f, -0.634f, 0.006f, 0}, 1, 127);
  EXPECT_NEAR(channel.scale, 0.01, 1e-8);
  EXPECT_THAT(channel.levels, ElementsAre(127, -63, 1, 0));
}

TEST(QuantizeChannel, KeepsTheSumOfEachKernelToHalfALevel) {
  // All four round down; the two nearest to the next level go up.
  const ChannelWeights channel =
      quantize_channel({1.27f, 0.0249f, 0.0347f, 0.0445f, 0.0146f, 1.27f, 0, 0, 0, 0}, 5, 127);
  EXPECT_THAT(channel.levels, ElementsAre(127, 3, 4, 4, 1, 127, 0, 0, 0, 0));
}

TEST(QuantizeChannel, GivesAChannelOfZerosAnyScale) {
  EXPECT_EQ(quantize_channel({0, 0}, 2, 127).scale, 1);
}

TEST(QuantizeChannel, KeepsTheScaleThatABiasNeeds) {
  EXPECT_FLOAT_EQ(quantize_channel({1e-12f}, 1, 127, {0.5, 1}).scale, 0.5f);
}

TEST(QuantizeChannel, CutsWeightsOffWhereTheBiasWouldLoseItsSteps) {
  const ChannelWeights channel = quantize_channel({359, -200, 0.2f}, 3, 127, {0, 0.5});
  EXPECT_FLOAT_EQ(channel.scale, 0.5f);
  EXPECT_THAT(channel.levels, ElementsAre(127, -127, 0));
}

class QuantizeBundle : public ::testing::Test {
 protected:
  const TempFolder folder_;
  const LabelledFiles files_ = drawn_images(folder_);
  const Bundle bundle_ =
      parse_bundle(export_bundle(tiny_network(), files_, {}).files, "float.bundle");

  QuantizeResult quantised(const QuantizeOptions& options) const {
    LabelledFiles train = files_;
    train.split = "train";
    return quantize_bundle(bundle_, train, files_, options);
  }
};

TEST_F(QuantizeBundle, GivesAnInt8BundleAndItsCost) {
  QuantizeOptions options;
  options.max_drop = 1;
  const QuantizeResult result = quantised(options);
  const Predictor predictor(parse_bundle(result.files, "int8.bundle"));
  EXPECT_EQ(predictor.bundle().metadata.model.precision, "int8");
  EXPECT_LT(result.report.int8_bytes, result.report.float_bytes);
  EXPECT_EQ(result.report.layers.size(), 6u);
  EXPECT_EQ(result.report.calibration_images, 16);
  EXPECT_TRUE(result.report.has_melanoma);
  EXPECT_GT(result.report.agreement, 0.5);
  EXPECT_TRUE(result.report.float_layers.empty());
  EXPECT_THAT(quantize_table(result.report), HasSubstr("balanced accuracy"));
  const std::string card = predictor.bundle().model_card();
  EXPECT_THAT(card, HasSubstr("melanoma sensitivity"));  // what int8 costs
  EXPECT_THAT(card, HasSubstr("before quantisation, exported logits differ"));
  const double t = predictor.bundle().metadata.calibration.temperature;
  const Prediction p = predictor.predict(result.files.at("golden/odd.png"), "odd.png");
  double sum = 0;
  for (const double logit : p.logits) sum += std::exp(logit / t);
  EXPECT_NEAR(p.probabilities[0], std::exp(p.logits[0] / t) / sum, 1e-5);
}

TEST_F(QuantizeBundle, KeepsMoreLayersInFloatWhileTheDropIsTooLarge) {
  QuantizeOptions options;
  options.max_drop = -2;  // never reached
  const QuantizeReport report = quantised(options).report;
  EXPECT_FALSE(report.within_max_drop());
  EXPECT_EQ(report.float_layers.size(), 4u);
  for (size_t i = 0; i < report.float_layers.size(); ++i)
    EXPECT_EQ(report.float_layers[i], report.layers[i].layer);
  for (size_t i = 1; i < report.layers.size(); ++i)
    EXPECT_GE(report.layers[i - 1].noise, report.layers[i].noise);
}

TEST_F(QuantizeBundle, RefusesABundleThatIsNotFloat) {
  Bundle other = bundle_;
  other.metadata.model.precision = "int8";
  EXPECT_THAT(message_of([&] { quantize_bundle(other, files_, files_, {}); }),
              HasSubstr("only a float bundle"));
}

}  // namespace
}  // namespace derm
