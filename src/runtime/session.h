// One loaded ONNX model. Safe to run from several threads at once.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/array.h"
#include "base/files.h"

namespace derm {

// Begins to set up ONNX Runtime in the background (15 ms of one core), while a bundle is read. The
// first Session waits for it, or does it itself.
void start_runtime();

struct SessionOptions {
  int64_t threads = 1;  // of one run; 0: one per core
};

class Session {
 public:
  // Throws Error naming `name`: no model, or one that needs what this runtime does not have.
  Session(ByteView model, const std::string& name, const SessionOptions& options = {});
  ~Session();
  Session(Session&&) noexcept;

  // -1 stands for any size.
  const std::vector<int64_t>& input_shape() const;
  std::vector<std::string> outputs() const;
  std::vector<int64_t> output_shape(const std::string& output) const;  // throws Error: no such one

  // `input`: float32 in the shape of input_shape(), `rows` for its first dimension. The outputs
  // come in the order of the names.
  std::vector<Array> run(const float* input, int64_t rows,
                         const std::vector<std::string>& outputs) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace derm
