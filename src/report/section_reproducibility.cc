// What it takes to make the runs again: hashes, versions, configuration.
#include "base/error.h"

#include "report/run_files.h"
#include "report/script_json.h"
#include "report/sections.h"

namespace derm {
namespace {

void add_row(PageTable& table, const std::string& what, const std::string& value) {
  if (!value.empty()) table.rows.push_back({what, {value}});
}

void add_environment(const ReportedRun& run, PageTable& table) {
  const fs::path path = run.folder / "env.json";
  if (!fs::exists(path)) return;
  const Json json = read_json(path);
  if (!json.is_object()) throw Error("not a map of keys", path.string());
  for (const auto& [key, value] : json.items())
    if (key != "host")
      add_row(table, key, value.is_string() ? value.get<std::string>() : value.dump());
}

PageTable origin_of(const ReportedRun& run, const std::string& split) {
  PageTable table;
  table.words = true;
  table.header = {"what", "value"};
  add_row(table, "split of the training", run.trained_hash);
  add_row(table, "split of the evaluation", run.manifest_hash);
  for (const auto& [name, hash] : run_hashes(run.folder, split)) add_row(table, name, hash);
  add_row(table, "preprocessing contract", run.contract);
  if (!run.contract.empty()) add_row(table, "hash of the contract", sha256(run.contract));
  add_environment(run, table);
  return table;
}

}  // namespace

Section reproducibility_section(const std::vector<ReportedRun>& runs, const std::string& split) {
  Section out("reproducibility", "Reproducibility");
  out.note(
      "Hashes are SHA-256. The same program, images, manifest and configuration give the same "
      "weights on the CPU, whatever the number of workers.");
  for (const auto& run : runs) {
    out.heading(run.name);
    out.table(origin_of(run, split));
    if (const auto text = run_text(run.folder, "args.txt")) out.folded_text("Command line", *text);
    if (const auto text = run_text(run.folder, "config.yaml"))
      out.folded_text("Configuration of " + run.name, *text);
  }
  return out;
}

}  // namespace derm
