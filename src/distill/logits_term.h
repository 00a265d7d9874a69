// The shape that most response losses share: one formula over the upright logits of the student
// and of the first teacher, and the labels.
#pragma once

#include <functional>
#include <memory>

#include "distill/term.h"

namespace derm {

// teacher [B, K], student [B, K], labels [B] int64 -> scalar.
using LogitsLoss = std::function<torch::Tensor(
    const torch::Tensor& teacher, const torch::Tensor& student, const torch::Tensor& labels)>;

// Throws Error where the run has no teacher, or the teacher another number of classes; `name` is
// the term's, for that message.
std::unique_ptr<Term> logits_term(const TermContext& context, const char* name, LogitsLoss loss);

// Throws Error where one of the teachers has another number of classes than the run.
void check_teacher_classes(const TermContext& context, const char* name);

}  // namespace derm
