#include "train/checkpoint.h"

#include "base/error.h"
#include "base/strings.h"

namespace derm {
namespace {

void put(TensorMap& out, const std::string& prefix, const TensorMap& tensors) {
  for (const auto& [name, tensor] : tensors) out[prefix + name] = tensor.detach();
}

TensorMap take(const TensorMap& all, const std::string& prefix) {
  TensorMap out;
  for (const auto& [name, tensor] : all)
    if (starts_with(name, prefix)) out[name.substr(prefix.size())] = tensor;
  return out;
}

Json counters(const Checkpoint& c) {
  return {{"stage", c.stage},
          {"epoch", c.epoch},
          {"step", c.step},
          {"optim_steps", c.optim_steps},
          {"total_steps", c.total_steps},
          {"finished", c.finished},
          {"schedule", c.schedule},
          {"selection", c.selection},
          {"sums", c.sums},
          {"epoch_seconds", c.epoch_seconds},
          {"total_seconds", c.total_seconds},
          {"history", c.history}};
}

void read_counters(const Json& json, Checkpoint& c) {
  json.at("stage").get_to(c.stage);
  json.at("epoch").get_to(c.epoch);
  json.at("step").get_to(c.step);
  json.at("optim_steps").get_to(c.optim_steps);
  json.at("total_steps").get_to(c.total_steps);
  json.at("finished").get_to(c.finished);
  json.at("epoch_seconds").get_to(c.epoch_seconds);
  json.at("total_seconds").get_to(c.total_seconds);
  c.schedule = json.at("schedule");
  c.selection = json.at("selection");
  c.sums = json.at("sums");
  c.history = json.at("history");
}

}  // namespace

void write_checkpoint(const fs::path& path, const Checkpoint& checkpoint) {
  TensorMap all;
  put(all, "net/", checkpoint.net);
  put(all, "ema/", checkpoint.ema);
  put(all, "optim/", checkpoint.optim);
  write_safetensors(path, all,
                    {{"format", "dermdistill checkpoint"},
                     {"version", std::to_string(kCheckpointVersion)},
                     {"checkpoint", counters(checkpoint).dump()}});
}

std::optional<Checkpoint> read_checkpoint(const fs::path& path) {
  if (!fs::exists(path)) return std::nullopt;
  const WeightFile file = read_weights(path);
  const auto version = file.metadata.find("version");
  const auto counters_text = file.metadata.find("checkpoint");
  if (version == file.metadata.end() || counters_text == file.metadata.end())
    throw Error("not a checkpoint", path.string(), "metadata keys version and checkpoint");
  if (version->second != std::to_string(kCheckpointVersion))
    throw Error("checkpoint of another version", path.string(),
                fmt::format("version {}", kCheckpointVersion), "version " + version->second);
  Checkpoint checkpoint;
  try {
    read_counters(parse_json(counters_text->second, path.string()), checkpoint);
  } catch (const Json::exception& error) {
    throw Error("damaged checkpoint", path.string(), "", error.what());
  }
  checkpoint.net = take(file.tensors, "net/");
  checkpoint.ema = take(file.tensors, "ema/");
  checkpoint.optim = take(file.tensors, "optim/");
  return checkpoint;
}

}  // namespace derm
