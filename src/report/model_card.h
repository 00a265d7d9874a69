// The model card of a run, in Markdown with front matter. A bundle has one of its own
// (deploy/model_card.h): the same keys and the same limits.
#pragma once

#include <string>

#include "report/run.h"

namespace derm {

struct CardOptions {
  std::string split = "test";
  std::string licence;  // as the weights state it; empty: not known
};

std::string run_card(const ReportedRun& run, const CardOptions& options);

}  // namespace derm
