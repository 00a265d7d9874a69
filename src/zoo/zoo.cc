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
constexpr const char* kShufflenetV2Paper =
    "Ma et al., ShuffleNet V2: Practical Guidelines for Efficient CNN Architecture Design, "
    "ECCV 2018";
constexpr const char* kWideShufflenetPaper =
    "after Hoang et al., Multiclass Skin Lesion Classification Using a Novel Lightweight Deep "
    "Learning Framework for Smart Healthcare, Applied Sciences 12:2677, 2022";
constexpr const char* kShufflenetV1Paper =
    "Zhang et al., ShuffleNet: An Extremely Efficient Convolutional Neural Network for Mobile "
    "Devices, CVPR 2018";
constexpr const char* kSmallCnnPaper =
    "after Saha et al., Knowledge distillation approach for skin cancer classification on "
    "lightweight deep learning model, Healthcare Technology Letters 2025";
constexpr const char* kDsnetPaper =
    "Khan et al., Knowledge Distillation approach towards Melanoma Detection, arXiv 2210.08086, "
    "2022";
constexpr const char* kSqueezenetPaper =
    "Iandola et al., SqueezeNet: AlexNet-level accuracy with 50x fewer parameters and <0.5MB model "
    "size, arXiv 1602.07360, 2016";
constexpr const char* kMobilenetV3Paper = "Howard et al., Searching for MobileNetV3, ICCV 2019";
constexpr const char* kEfficientnetPaper =
    "Tan and Le, EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks, ICML "
    "2019";
constexpr const char* kRes2netPaper =
    "Gao et al., Res2Net: A New Multi-scale Backbone Architecture, TPAMI 2021";
constexpr const char* kConvnextPaper = "Liu et al., A ConvNet for the 2020s, CVPR 2022";
constexpr std::string_view kMobilenetV2Prefix = "mobilenet_v2_";
constexpr double kMinWidth = 0.1, kMaxWidth = 2.0;

NetworkEntry resnet_entry(int depth, const char* about) {
  return {fmt::format("resnet{}", depth), about, kResnetPaper,
          [depth](const NetworkOptions& options) { return resnet(depth, options); }};
}

// A family whose layouts go by the names of their networks.
NetworkEntry named_entry(Graph (*build)(const std::string&, const NetworkOptions&),
                         const char* name, const char* about, const char* citation) {
  return {name, about, citation, [build, name = std::string(name)](const NetworkOptions& options) {
            return build(name, options);
          }};
}

NetworkEntry shufflenet_v1_entry(int64_t groups, const char* about) {
  return {fmt::format("shufflenet_v1_g{}_x1.0", groups), about, kShufflenetV1Paper,
          [groups](const NetworkOptions& options) { return shufflenet_v1(groups, options); }};
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
      named_entry(shufflenet_v2, "shufflenet_v2_x0.5", "split and shuffled channels, small",
                  kShufflenetV2Paper),
      named_entry(shufflenet_v2, "shufflenet_v2_x1.0", "split and shuffled channels",
                  kShufflenetV2Paper),
      named_entry(shufflenet_v2, "shufflenet_v2_x1.5", "half as many channels again",
                  kShufflenetV2Paper),
      named_entry(shufflenet_v2, "shufflenet_v2_x2.0", "twice the channels", kShufflenetV2Paper),
      named_entry(shufflenet_v2, "wide_shufflenet",
                  "RECONSTRUCTION: ShuffleNetV2 of the 1.8 M parameters that the paper reports",
                  kWideShufflenetPaper),
      shufflenet_v1_entry(3, "grouped and shuffled channels"),
      shufflenet_v1_entry(8, "more groups, more channels"),
      {"small_cnn", "RECONSTRUCTION: four convolutions, the smallest student", kSmallCnnPaper,
       small_cnn},
      {"dsnet", "three convolutions; its classifier grows with the side of the images", kDsnetPaper,
       dsnet},
      {"squeezenet1_1", "fire modules, stride 16 only", kSqueezenetPaper, squeezenet1_1},
      named_entry(mobilenet_v3, "mobilenet_v3_small", "searched inverted residuals with excitation",
                  kMobilenetV3Paper),
      named_entry(mobilenet_v3, "mobilenet_v3_large", "four times the work of the small one",
                  kMobilenetV3Paper),
      named_entry(efficientnet, "efficientnet_b0", "scaled inverted residuals with excitation",
                  kEfficientnetPaper),
      named_entry(efficientnet, "efficientnet_b4", "wider and deeper, made for 380 px",
                  kEfficientnetPaper),
      named_entry(efficientnet, "efficientnet_b7", "the largest, made for 600 px",
                  kEfficientnetPaper),
      named_entry(res2net, "res2net50_26w_4s", "residual network of several scales, 50 layers",
                  kRes2netPaper),
      named_entry(res2net, "res2net101_26w_4s", "residual network of several scales, 101 layers",
                  kRes2netPaper),
      named_entry(convnext, "convnext_tiny", "modern convolutions with layer norm", kConvnextPaper),
      named_entry(convnext, "convnext_base", "three times the work of the tiny one",
                  kConvnextPaper),
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
