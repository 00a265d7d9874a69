// The image with a fourth channel, for integer kernels.
#pragma once

#include <onnx/onnx_pb.h>

namespace derm {

// Integer convolutions work on four channels at a time; with three, ONNX Runtime (1.30) first
// copies every window, and the first layer takes twice its time. Where a Conv with constant weights
// and one group reads the input image, the image gets a channel of zeros in front of it, and the
// weights zeros to go with it: same result. Other models stay as they are.
onnx::ModelProto with_wide_input(onnx::ModelProto model);

}  // namespace derm
