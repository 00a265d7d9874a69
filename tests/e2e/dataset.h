// A small generated data set, made once by the program itself and shared by the tests.
#pragma once

#include "e2e/program.h"

namespace derm::e2e {

// The manifest of 120 images at 48 px; made at the first call, whose success it expects.
const fs::path& manifest();

// Two epochs at 32 px of the smallest student; `more` comes last.
Arguments short_training(const std::string& name, const Arguments& more = {}, int epochs = 2);
fs::path run_folder(const std::string& name);  // where short_training puts it

// The same with `distill` from the run `teacher`.
Arguments short_distillation(const std::string& name, const std::string& teacher, int epochs = 2);

}  // namespace derm::e2e
