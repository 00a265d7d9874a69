// The table of terms: name, one line, citation, options, and how to build one.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "distill/term.h"

namespace derm {

struct TermEntry {
  std::string name, about, citation;
  std::vector<ConfigField> options;
  std::function<std::unique_ptr<Term>(const TermContext&, const Tree& options)> make;
};

const std::vector<TermEntry>& terms();

// Throws Error naming the nearest term, or the option that is wrong.
std::unique_ptr<Term> make_term(const std::string& name, const TermContext& context,
                                const Tree& options);

}  // namespace derm
