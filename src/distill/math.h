// Shared tensor functions of the terms, free of plumbing. Softmax and KL run in the dtype they are
// given; terms pass float32 or wider.
#pragma once

#include <torch/torch.h>

namespace derm {

// KL(softmax(teacher / T) || softmax(student / T)) of each row: [N, K], [N, K] -> [N].
// Both sides in log space, so confident teachers do not underflow.
torch::Tensor kl_rows(const torch::Tensor& teacher_logits, const torch::Tensor& student_logits,
                      double temperature);

// -log softmax(logits)[label] of each row:
// [N, K], [N] -> [N].
torch::Tensor ce_rows(const torch::Tensor& logits, const torch::Tensor& labels);

}  // namespace derm
