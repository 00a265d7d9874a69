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

}  // namespace derm
