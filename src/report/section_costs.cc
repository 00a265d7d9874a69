// What the networks cost: parameters, arithmetic, size, and what int8 changes.
#include <fmt/format.h>

#include "eval/table.h"
#include "report/run_files.h"
#include "report/sections.h"

namespace derm {
namespace {

std::string in_millions(const std::optional<int64_t>& value, int digits) {
  return value ? format_score(static_cast<double>(*value) / 1e6, digits) : "n/a";
}

PageTable costs_table(const std::vector<ReportedRun>& runs) {
  PageTable out;
  out.header = {"run", "architecture", "parameters (M)", "MACs (M)", "size (MB)"};
  for (const auto& run : runs)
    out.rows.push_back(
        {run.name,
         {run.arch.empty() ? "n/a" : run.arch, in_millions(run.parameters, 2),
          in_millions(run.macs, 1), run.size_mb ? format_score(*run.size_mb, 1) : "n/a"}});
  return out;
}

// NUMBERS[group][key] as text, "n/a" where there is no such number.
std::string number_at(const Json& numbers, const char* group, const char* key, int digits,
                      double unit = 1) {
  if (!numbers.is_object() || !numbers.contains(group) || !numbers[group].is_object()) return "n/a";
  const auto it = numbers[group].find(key);
  if (it == numbers[group].end() || !it->is_number()) return "n/a";
  return format_score(it->get<double>() / unit, digits);
}

Cell int8_difference(const Json& numbers, const char* metric) {
  return {number_at(numbers, metric, "difference", 3),
          number_at(numbers, metric, "low", 3) + " to " + number_at(numbers, metric, "high", 3)};
}

PageTable int8_table(const std::vector<ReportedRun>& runs) {
  constexpr double kBytes = 1e6;
  PageTable out;
  out.header = {"run, bundle",         "size (MB)",          "size, int8 (MB)",
                "latency (ms)",        "latency, int8 (ms)", "balanced accuracy, int8 - float",
                "melanoma sensitivity"};
  for (const auto& run : runs)
    for (const auto& [name, numbers] : quantized_bundles(run.folder))
      out.rows.push_back({run.name + ", " + name,
                          {number_at(numbers, "model_bytes", "float", 1, kBytes),
                           number_at(numbers, "model_bytes", "int8", 1, kBytes),
                           number_at(numbers, "latency_ms", "float", 2),
                           number_at(numbers, "latency_ms", "int8", 2),
                           int8_difference(numbers, "balanced_accuracy"),
                           int8_difference(numbers, "melanoma_sensitivity")}});
  return out;
}

}  // namespace

Section cost_section(const std::vector<ReportedRun>& runs) {
  Section out("costs", "Costs");
  out.table(costs_table(runs));
  out.note(
      "MACs are multiply-accumulates of one image; 1 MB is 1,000,000 bytes, of 32-bit weights "
      "where nothing else is said.");
  const auto int8 = int8_table(runs);
  if (int8.rows.empty()) return out;
  out.heading("In int8");
  out.table(int8);
  out.note(
      "As the quantiser measured it, on the machine and the split that its quantization.json "
      "names; latency is of one image on one thread there.");
  return out;
}

}  // namespace derm
