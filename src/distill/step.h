// One forward pass as the terms see it.
//
// Letters: B samples, V views, N = B * V rows, C channels, H W, D embedding, K classes. Row b*V+v
// is view v of sample b; view 0 is upright.
#pragma once

#include <string>
#include <vector>

#include "net/graph_net.h"
#include "net/torch.h"

namespace derm {

struct Step {
  torch::Tensor labels;        // [B] int64
  torch::Tensor index;         // [B] int64, position in the training split (memory banks)
  int64_t views = 1;           // V
  int64_t epoch = 0;           // of the stage, from 0
  Taps student;                // wanted taps, each [N, ...]
  std::vector<Taps> teachers;  // frozen: no gradient; in the order of the command line
  std::vector<Taps> peers;     // networks that train beside the student (online distillation)

  // The first teacher. Throws Error where there is none.
  const Taps& teacher() const;

  // Rows of one view: [N, ...] -> [B, ...], a strided slice without a copy.
  torch::Tensor view(const torch::Tensor& rows, int64_t v) const;
  // Rows of every view but the first: [N, ...] -> [B*(V-1), ...], sample by sample.
  torch::Tensor others(const torch::Tensor& rows) const;
};

// What a term asks of a step; the trainer runs the union over a stage's terms and nothing else.
struct Needs {
  TapSet student, teacher, peer;  // tap names; `teacher` holds for every teacher
  int64_t views = 1;

  void join(const Needs& other);
};

// A tap as float32 or wider, whatever autocast made it: losses never run in half precision.
torch::Tensor tap(const Taps& taps, const std::string& name);

}  // namespace derm
