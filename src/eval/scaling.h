// Probabilities made honest: softmax(weight_c * log p_c + bias_c), fitted on validation
// predictions. log p differs from the logits by one number for each row, which no softmax sees, so
// that saved probabilities serve as well as logits. Source: Guo et al., "On calibration of modern
// neural networks", ICML 2017. Temperature scaling has one weight 1/T for all classes and no bias;
// vector scaling all 2 K numbers.
#pragma once

#include <string>
#include <vector>

#include "base/files.h"
#include "eval/calibration.h"

namespace derm {

struct Scaling {
  std::vector<double> weight, bias;  // [K]
};

// log p; 0 counts as the smallest positive double.
LabelledLogits logits_of(const Scores& scores);

Scaling temperature_scaling(double temperature, int64_t classes);

// Smallest mean log loss plus 1e-6 / 2 times the squared distance to weights 1 and biases 0, which
// keeps a class that validation lacks from running away.
Scaling vector_scaling(const Scores& validation);

Scores scaled(const Scores& scores, const Scaling& scaling);

// Both fits of one validation set, as `calibration.json` in a run's folder.
struct FittedScalings {
  std::vector<std::string> classes;
  std::string split;   // they were fitted on
  int64_t images = 0;  // of it
  double temperature = 1;
  Scaling vector;

  // "temperature" or "vector"; throws Error for another name.
  Scaling named(const std::string& name) const;
};

FittedScalings fit_scalings(const Scores& validation, const std::vector<std::string>& classes,
                            const std::string& split);
void write_scalings(const fs::path& path, const FittedScalings& scalings);
// Throws Error naming file and key: missing, of another type or length.
FittedScalings read_scalings(const fs::path& path);

}  // namespace derm
