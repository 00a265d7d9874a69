// A term: one loss of a distillation method. New maths is one file with an option struct, `needs`
// and `loss`, and one line in terms.cc.
#pragma once

#include <memory>
#include <vector>

#include "base/config.h"
#include "distill/auxiliary.h"
#include "distill/step.h"
#include "graph/graph.h"
#include "net/torch.h"

namespace derm {

class Term {
 public:
  virtual ~Term() = default;
  virtual Needs needs() const = 0;
  // The unweighted loss, a scalar in float32 or wider, the mean over what it compares.
  virtual torch::Tensor loss(const Step& step) = 0;
};

// What a term may know when it is built: shapes come from the graphs, never from a trial run.
struct TermContext {
  const Graph& student;
  std::vector<const Graph*> teachers, peers;
  int64_t classes;              // K
  torch::Tensor train_labels;   // [M] int64, of the training split: priors, memory banks
  torch::Tensor class_weights;  // [K] float32, of the recipe's `class_weights`; undefined: none
  Aux& aux;

  // The first teacher's graph. Throws Error where the run has no teacher.
  const Graph& teacher() const;
};

}  // namespace derm
