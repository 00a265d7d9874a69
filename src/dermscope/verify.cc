// `dermscope verify`: hashes, then the golden answers.
#include <cstdio>

#include "dermscope/command.h"
#include "runtime/verify.h"

#include "base/log.h"

namespace derm {
namespace {

void verify_bundle(const std::string& path) {
  const Predictor predictor(read_bundle(path));
  for (const auto& result : derm::verify(predictor))
    std::printf("%s  pixels equal, logits within %.2g\n", result.file.c_str(),
                result.logit_difference);
  std::printf("%s: hashes and golden answers agree\n", path.c_str());
}

}  // namespace

void add_verify(CLI::App& parent, int&) {
  auto* app = parent.add_subcommand("verify", "check a bundle's hashes and golden answers");
  auto path = std::make_shared<std::string>();
  app->add_option("bundle", *path, "bundle: a folder or a zip file")->required();
  app->footer("Example:\n  dermscope verify student.bundle");
  app->callback([path] { verify_bundle(*path); });
}

}  // namespace derm
