#include "e2e/dataset.h"

#include <gtest/gtest.h>

namespace derm::e2e {
namespace {

constexpr const char* kStudent = "mobilenet_v2_0.35";

fs::path make_manifest() {
  const auto data = scratch() / "data", path = scratch() / "manifest.csv";
  const auto made =
      run({"data", "generate", "--out", data, "--images", "120", "--seed", "3", "--imgsz", "48"});
  EXPECT_EQ(made.exit_code, 0) << made.err;
  const auto cut = run({"data", "split", data, "--out", path, "--seed", "0"});
  EXPECT_EQ(cut.exit_code, 0) << cut.err;
  return path;
}

Arguments with(Arguments arguments, const Arguments& more) {
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

Arguments common(const std::string& name, int epochs) {
  return {"--data",       manifest(),
          "--imgsz",      "32",
          "--epochs",     std::to_string(epochs),
          "--batch-size", "16",
          "--out",        scratch() / "runs",
          "--name",       name};
}

}  // namespace

const fs::path& manifest() {
  static const fs::path kManifest = make_manifest();
  return kManifest;
}

fs::path run_folder(const std::string& name) {
  return scratch() / "runs" / name;
}

Arguments short_training(const std::string& name, const Arguments& more, int epochs) {
  return with(with({"train", "--model", kStudent}, common(name, epochs)), more);
}

Arguments short_distillation(const std::string& name, const std::string& teacher, int epochs) {
  return with(
      {"distill", "--teacher", run_folder(teacher), "--student", kStudent, "--recipe", "kd"},
      common(name, epochs));
}

}  // namespace derm::e2e
