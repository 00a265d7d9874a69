// A sum over the batch whose intermediate tensors are too large to keep for all images at once.
#pragma once

#include <functional>

#include "net/torch.h"

namespace derm {

// Rows of the teacher and of the student (same images) -> a scalar that adds up over images.
using ChunkLoss =
    std::function<torch::Tensor(const torch::Tensor& teacher, const torch::Tensor& student)>;

// loss(teacher, student), computed `chunk` images at a time. The gradient with respect to `student`
// is taken chunk by chunk on the way, so that memory is that of one chunk; it has no gradient of
// its own (no second derivatives).
torch::Tensor sum_in_chunks(const torch::Tensor& teacher, const torch::Tensor& student,
                            int64_t chunk, const ChunkLoss& loss);

}  // namespace derm
