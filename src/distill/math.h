// Shared tensor functions of the terms, free of plumbing. Softmax and KL run in the dtype they are
// given; terms pass float32 or wider.
#pragma once

#include "net/torch.h"

namespace derm {

// KL(softmax(teacher / T) || softmax(student / T)) of each row: [N, K], [N, K] -> [N].
// Both sides in log space, so confident teachers do not underflow.
torch::Tensor kl_rows(const torch::Tensor& teacher_logits, const torch::Tensor& student_logits,
                      double temperature);

// -log softmax(logits)[label] of each row:
// [N, K], [N] -> [N].
torch::Tensor ce_rows(const torch::Tensor& logits, const torch::Tensor& labels);

// Standard deviation (n - 1) of each row: [N, K] -> [N, 1]. A constant row has deviation 1e-12 and
// no gradient, where torch's own std() has NaN.
torch::Tensor std_rows(const torch::Tensor& logits);

// (z - mean) / (1e-7 + standard deviation) of each row: [N, K] -> [N, K].
torch::Tensor standardized_rows(const torch::Tensor& logits);

// The logits of all classes but the label, in class order: [N, K], [N] -> [N, K - 1].
torch::Tensor other_classes(const torch::Tensor& logits, const torch::Tensor& labels);

// Rows scaled to length 1: [N, D] -> [N, D]. A row shorter than 1e-8 becomes 0 without gradient,
// which would be infinite there.
torch::Tensor unit_rows(const torch::Tensor& rows);

// Feature maps as matrices for relations of channels: [N, K, H, W] -> [N, K, P] in float64, as
// sums of their products cancel to small differences.
torch::Tensor channels_by_positions(const torch::Tensor& map);

// Huber's loss with delta 1: 0.5 x^2 below 1, |x| - 0.5 above; element by element.
torch::Tensor huber(const torch::Tensor& difference);

}  // namespace derm
