// Joins the JSON of benchmark programs and of their Python peers into one file and one table.
//
//   bench_summary MACHINE.json OUT.json NAME OURS.json PEER.json [NAME OURS.json PEER.json ...]
//
// A peer that did not run has an empty file. Numbers are matched by their path in both objects;
// a name that ends in _per_s is better when higher, every other when lower.
#include <cstdio>
#include <map>
#include <optional>
#include <string>

#include "base/error.h"
#include "base/json.h"
#include "base/strings.h"

namespace {

using derm::Json;

void collect(const Json& value, const std::string& path, std::map<std::string, double>& out) {
  if (value.is_number()) out[path] = value.get<double>();
  if (!value.is_object()) return;
  for (const auto& [key, item] : value.items()) collect(item, path + "/" + key, out);
}

std::map<std::string, double> numbers_of(const Json& value) {
  std::map<std::string, double> out;
  if (!value.is_null()) collect(value, "", out);
  return out;
}

Json read_optional(const std::string& path) {
  return derm::fs::file_size(path) == 0 ? Json() : derm::read_json(path);
}

// How many times better than the peer.
double ratio(const std::string& path, double ours, double peer) {
  return derm::ends_with(path, "_per_s") ? ours / peer : peer / ours;
}

void print_rows(const std::string& name, const Json& ours, const Json& peer) {
  const auto theirs = numbers_of(peer);
  for (const auto& [path, value] : numbers_of(ours)) {
    const auto other = theirs.find(path);
    const bool both = other != theirs.end() && other->second > 0 && value > 0;
    fmt::print("| {}{} | {:.4g} | {} | {} |\n", name, path, value,
               both ? fmt::format("{:.4g}", other->second) : "",
               both ? fmt::format("{:.2f}x", ratio(path, value, other->second)) : "");
  }
}

int summarise(int argc, char** argv) {
  if (argc < 3 || argc % 3 != 0)
    throw derm::UsageError("wrong arguments", "bench_summary",
                           "MACHINE OUT then NAME OURS PEER, once for each benchmark");
  Json all;
  all["machine"] = derm::read_json(argv[1]);
  fmt::print("| measured | dermdistill | Python peer | times better |\n|---|---|---|---|\n");
  for (int i = 3; i + 2 < argc; i += 3) {
    const Json ours = derm::read_json(argv[i + 1]), peer = read_optional(argv[i + 2]);
    print_rows(argv[i], ours, peer);
    all["benchmarks"][argv[i]] = {{"dermdistill", ours}, {"peer", peer}};
  }
  derm::write_json(argv[2], all);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return summarise(argc, argv);
  } catch (const std::exception& error) {
    fmt::print(stderr, "error: {}\n", error.what());
    return derm::kExitFailure;
  }
}
