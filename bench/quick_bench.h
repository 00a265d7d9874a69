// The main function of a benchmark program that takes --quick and nothing else.
#pragma once

#include <fmt/format.h>

#include <string>

#include "base/error.h"
#include "base/json.h"

namespace derm {

// Prints results(quick) as one JSON object; returns the exit code.
inline int quick_bench(int argc, char** argv, Json (*results)(bool quick)) {
  try {
    const bool quick = argc == 2 && std::string(argv[1]) == "--quick";
    if (argc > 2 || (argc == 2 && !quick))
      throw UsageError("wrong arguments", argv[0], "--quick or nothing");
    fmt::print("{}\n", results(quick).dump(2));
    return 0;
  } catch (const std::exception& error) {
    fmt::print(stderr, "error: {}\n", error.what());
    return kExitFailure;
  }
}

}  // namespace derm
