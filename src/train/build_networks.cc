// How a run's networks come to be: student, peers, teachers, and what must agree between them.
#include "base/error.h"
#include "base/log.h"
#include "base/rng.h"
#include "base/strings.h"
#include "train/model_file.h"
#include "train/trainer.h"
#include "zoo/zoo.h"

namespace derm {
namespace {

GraphNet fresh_network(const RunConfig& config, const TrainData& data, const std::string& arch,
                       uint64_t number) {
  NetworkOptions options;
  options.classes = data.classes();
  options.side_px = config.preprocess.side_px;
  const uint64_t seed =
      derive_seed({static_cast<uint64_t>(config.seed), Purpose::kInit, 0, number, 0});
  return GraphNet(build_network(arch, options), seed);
}

void load_initial(GraphNet& net, const std::string& path, const char* role) {
  const auto file = read_weights(path);
  const auto report = load_weights(net, file, path, /*allow_other_head=*/true);
  log_info("{} starts from {}", role, path);
  if (!report.skipped_head.empty())
    log_info("its classifier is left fresh: {}", join(report.skipped_head, ", "));
}

void check_classes(const Model& model, const Manifest& manifest) {
  if (model.classes.empty() || model.classes == manifest.classes) return;
  throw Error("the teacher knows other classes, or in another order", model.file.string(),
              join(manifest.classes, ", "), join(model.classes, ", "));
}

void check_contract(const Model& model, const Preprocess& run) {
  const auto& own = model.contract;
  if (own.side_px != run.side_px || own.geometry != run.geometry || own.filter != run.filter ||
      own.clean.text() != run.clean.text())
    log_warn("the teacher was trained with another input ({}); it sees this run's ({})", own.text(),
             run.text());
}

// The run that a network belongs to: the one that was named, or the one whose `weights` folder
// holds the file.
std::optional<RunDirectory> run_of(const Model& model) {
  if (model.run) return RunDirectory{*model.run};
  const RunDirectory around{fs::absolute(model.file).parent_path().parent_path()};
  if (!fs::exists(around.manifest()) || !fs::exists(around.config())) return std::nullopt;
  return around;
}

void check_what_it_saw(const Model& model, const Manifest& manifest, const std::string& name) {
  if (const auto run = run_of(model)) {
    check_teacher_leak(manifest, read_manifest(run->manifest()), name);
    return;
  }
  const auto stated = model.metadata.find("manifest_hash");
  if (stated == model.metadata.end())
    log_warn(
        "teacher {}: the file does not say which images it was trained on; if this run's "
        "validation or test lesions are among them, its numbers are worthless",
        name);
  else if (stated->second != manifest.hash())
    log_warn(
        "teacher {}: trained on another split ({}), whose manifest is not beside it; if this run's "
        "validation or test lesions were in its training, its numbers are worthless",
        name, stated->second);
}

Teacher load_teacher(const RunConfig& config, const TrainData& data, size_t i) {
  const std::string arch = i < config.teacher_archs.size() ? config.teacher_archs[i] : "";
  const auto model =
      load_model(config.teachers[i], arch, data.classes(), config.preprocess.side_px);
  check_classes(model, data.manifest());
  check_contract(model, config.preprocess);
  check_what_it_saw(model, data.manifest(), config.teachers[i]);
  log_info("teacher {}: {}", model.net->graph().arch, model.file.string());
  return Teacher(model.net, model.contract, config.preprocess);
}

}  // namespace

torch::Device device_named(const std::string& name) {
  if (name == "auto")
    return torch::Device(torch::cuda::is_available() ? torch::kCUDA : torch::kCPU);
  try {
    const torch::Device device(name);
    if (device.is_cuda() && !torch::cuda::is_available())
      throw Error("this libtorch finds no CUDA device", "--device " + name, "cpu");
    return device;
  } catch (const c10::Error&) {
    throw Error("unknown device", "--device " + name, "auto, cpu, cuda or cuda:N");
  }
}

Networks build_networks(const RunConfig& config, const TrainData& data,
                        const torch::Device& device) {
  Networks networks;
  networks.aux = std::make_unique<Aux>(static_cast<uint64_t>(config.seed));
  networks.student = fresh_network(config, data, config.student, 0);
  if (!config.weights.empty()) load_initial(networks.student, config.weights, "student");
  if (config.peer_weights.size() > config.peers.size())
    throw Error("more initial weights than peers", "peer_weights",
                fmt::format("at most {}", config.peers.size()),
                fmt::format("{}", config.peer_weights.size()));
  for (size_t i = 0; i < config.peers.size(); ++i) {
    networks.peers.push_back(fresh_network(config, data, config.peers[i], i + 1));
    if (i < config.peer_weights.size())
      load_initial(networks.peers.back(), config.peer_weights[i], "peer");
  }
  for (size_t i = 0; i < config.teachers.size(); ++i)
    networks.teachers.push_back(load_teacher(config, data, i));
  networks.student->to(device);
  for (auto& peer : networks.peers) peer->to(device);
  if (config.channels_last) {
    networks.student->set_memory_format(torch::MemoryFormat::ChannelsLast);
    for (auto& peer : networks.peers) peer->set_memory_format(torch::MemoryFormat::ChannelsLast);
    for (auto& teacher : networks.teachers)
      teacher.set_memory_format(torch::MemoryFormat::ChannelsLast);
  }
  for (auto& teacher : networks.teachers) teacher.to(device);
  return networks;
}

}  // namespace derm
