#include "deploy/onnx_writer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace derm {
namespace {

TEST(ToHalf, KeepsWhatSixteenBitsHold) {
  EXPECT_EQ(to_half(0.f), 0x0000);
  EXPECT_EQ(to_half(-0.f), 0x8000);
  EXPECT_EQ(to_half(1.f), 0x3c00);
  EXPECT_EQ(to_half(-2.f), 0xc000);
  EXPECT_EQ(to_half(65504.f), 0x7bff);               // the largest
  EXPECT_EQ(to_half(std::ldexp(1.f, -14)), 0x0400);  // the smallest normal number
  EXPECT_EQ(to_half(std::ldexp(1.f, -24)), 0x0001);  // the smallest
}

TEST(ToHalf, RoundsToNearestEven) {
  EXPECT_EQ(to_half(1.f + std::ldexp(1.f, -11)), 0x3c00);  // a tie, down
  EXPECT_EQ(to_half(1.f + std::ldexp(3.f, -11)), 0x3c02);  // a tie, up
  EXPECT_EQ(to_half(1.f + std::ldexp(1.f, -11) + std::ldexp(1.f, -20)), 0x3c01);
  EXPECT_EQ(to_half(std::nextafter(2.f, 0.f)), 0x4000);  // carries into the exponent
  EXPECT_EQ(to_half(std::ldexp(1.f, -25)), 0x0000);
  EXPECT_EQ(to_half(std::ldexp(3.f, -26)), 0x0001);
}

TEST(ToHalf, OverflowsToInfinityAndKeepsNan) {
  EXPECT_EQ(to_half(65519.f), 0x7bff);
  EXPECT_EQ(to_half(65520.f), 0x7c00);
  EXPECT_EQ(to_half(-1e30f), 0xfc00);
  EXPECT_EQ(to_half(std::numeric_limits<float>::infinity()), 0x7c00);
  EXPECT_EQ(to_half(std::numeric_limits<float>::quiet_NaN()) & 0x7c00, 0x7c00);
  EXPECT_NE(to_half(std::numeric_limits<float>::quiet_NaN()) & 0x03ff, 0);
}

TEST(OnnxWriter, StoresAConstantOnce) {
  OnnxWriter writer("model", false);
  EXPECT_EQ(writer.integers({1, 2}), writer.integers({1, 2}));
  writer.weights("w", {{2}, {1, 2}});
  writer.weights("w", {{2}, {1, 2}});
  const onnx::ModelProto model = writer.finish();
  EXPECT_EQ(model.graph().initializer_size(), 2);
  EXPECT_EQ(model.opset_import(0).version(), kOnnxOpset);
}

TEST(OnnxWriter, StoresWeightsInSixteenBitsButThoseThatStayFloat) {
  OnnxWriter writer("model", true);
  writer.weights("w", {{2}, {1, -2}});
  writer.float_weights("t", {{}, {1}});
  const onnx::ModelProto model = writer.finish();
  EXPECT_EQ(model.graph().initializer(0).data_type(), onnx::TensorProto::FLOAT16);
  EXPECT_EQ(model.graph().initializer(0).raw_data().size(), 4u);
  EXPECT_EQ(model.graph().initializer(1).data_type(), onnx::TensorProto::FLOAT);
}

}  // namespace
}  // namespace derm
