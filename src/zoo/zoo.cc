#include "zoo/zoo.h"

#include <optional>

#include "base/error.h"
#include "base/strings.h"
#include "zoo/families.h"

namespace derm {
namespace {

constexpr const char* kResnetPaper =
    "He et al., Deep Residual Learning for Image Recognition, CVPR 2016";
constexpr const char* kMobilenetV2Paper =
    "Sandler et al., MobileNetV2: Inverted Residuals and Linear Bottlenecks, CVPR 2018";
constexpr std::string_view kMobilenetV2Prefix = "mobilenet_v2_";
constexpr double kMinWidth = 0.1, kMaxWidth = 2.0;

NetworkEntry resnet_entry(int depth, const char* about) {
  return {fmt::format("resnet{}", depth), about, kResnetPaper,
          [depth](const NetworkOptions& options) { return resnet(depth, options); }};
}

NetworkEntry mobilenet_v2_entry(double width, const char* about) {
  return {mobilenet_v2_name(width), about, kMobilenetV2Paper,
          [width](const NetworkOptions& options) { return mobilenet_v2(width, options); }};
}

// The number after "mobilenet_v2_", where the name is one of that family.
std::optional<double> mobilenet_v2_width(const std::string& name) {
  if (!starts_with(name, kMobilenetV2Prefix)) return std::nullopt;
  const auto width = to_double(std::string_view(name).substr(kMobilenetV2Prefix.size()));
  if (!width) return std::nullopt;
  if (!(*width >= kMinWidth && *width <= kMaxWidth))
    throw Error("wrong width of a network", name, fmt::format("{} to {}", kMinWidth, kMaxWidth),
                fmt::format("{}", *width));
  return width;
}

}  // namespace

const std::vector<NetworkEntry>& networks() {
  static const std::vector<NetworkEntry> table = {
      resnet_entry(18, "residual network, 18 layers"),
      resnet_entry(34, "residual network, 34 layers"),
      resnet_entry(50, "residual network, 50 layers, the usual teacher"),
      resnet_entry(101, "residual network, 101 layers"),
      mobilenet_v2_entry(1.0,
                         "inverted residuals, the usual student; mobilenet_v2_W for any width"),
      mobilenet_v2_entry(0.5, "half the channels"),
      mobilenet_v2_entry(0.35, "about a third of the channels"),
  };
  return table;
}

Graph build_network(const std::string& name, const NetworkOptions& options) {
  std::vector<std::string> names;
  for (const NetworkEntry& entry : networks()) {
    if (entry.name == name) return entry.build(options);
    names.push_back(entry.name);
  }
  if (const auto width = mobilenet_v2_width(name)) return mobilenet_v2(*width, options);
  throw Error("unknown network" + did_you_mean(name, names), "", join(names, ", "), name);
}

}  // namespace derm
