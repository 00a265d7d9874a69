// The families of networks behind the table: one function each, one file each.
#pragma once

#include <string>

#include "zoo/zoo.h"

namespace derm {

// depth: 18, 34, 50 or 101.
Graph resnet(int depth, const NetworkOptions& options);

// width: multiplies the channels of every layer.
Graph mobilenet_v2(double width, const NetworkOptions& options);
// "mobilenet_v2", "mobilenet_v2_0.35"
std::string mobilenet_v2_name(double width);

// groups: 3 or 8.
Graph shufflenet_v1(int64_t groups, const NetworkOptions& options);

// name: "shufflenet_v2_x0.5", x1.0, x1.5, x2.0, or "wide_shufflenet".
Graph shufflenet_v2(const std::string& name, const NetworkOptions& options);

Graph small_cnn(const NetworkOptions& options);  // side of 16 px or more
Graph dsnet(const NetworkOptions& options);      // side of 18 px or more
Graph squeezenet1_1(const NetworkOptions& options);

// name: "mobilenet_v3_small" or "mobilenet_v3_large".
Graph mobilenet_v3(const std::string& name, const NetworkOptions& options);

// name: "efficientnet_b0", "efficientnet_b4" or "efficientnet_b7".
Graph efficientnet(const std::string& name, const NetworkOptions& options);

// name: "res2net50_26w_4s" or "res2net101_26w_4s".
Graph res2net(const std::string& name, const NetworkOptions& options);

// name: "convnext_tiny" or "convnext_base".
Graph convnext(const std::string& name, const NetworkOptions& options);

}  // namespace derm
