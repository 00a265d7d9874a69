// `dermdistill data stats`: what is in a dataset.
#include <algorithm>
#include <cstdio>

#include "base/error.h"
#include "cli/command.h"
#include "cli/dataset_options.h"
#include "data/stats.h"
#include "eval/table.h"

namespace derm {
namespace {

std::string share(int64_t part, int64_t whole) {
  return whole == 0 ? "n/a"
                    : fmt::format("{:.1f}",
                                  100.0 * static_cast<double>(part) / static_cast<double>(whole));
}

std::string groups_text(const DatasetStats& stats) {
  TextTable table({"group", "images", "%", "lesions", "images/lesion", "age mean", "age range",
                   "age unknown", "female", "male", "sex unknown"});
  const auto add = [&](const GroupStats& g) {
    const auto sex = [&](const char* name) {
      return format_count(g.sex.count(name) > 0 ? g.sex.at(name) : 0);
    };
    const bool ages = g.ages_known > 0;
    table.add(
        {g.name, format_count(g.images), share(g.images, stats.all.images), format_count(g.lesions),
         g.lesions > 0
             ? fmt::format("{:.2f}", static_cast<double>(g.images) / static_cast<double>(g.lesions))
             : "n/a",
         ages ? fmt::format("{:.1f}", g.age_mean) : "n/a",
         ages ? fmt::format("{:g}-{:g}", g.age_min, g.age_max) : "n/a",
         format_count(g.images - g.ages_known), sex("female"), sex("male"), sex("")});
  };
  for (const auto& group : stats.classes) add(group);
  if (stats.splits.size() > 1)
    for (const auto& group : stats.splits) add(group);
  add(stats.all);
  return table.str();
}

// "site: back 2,192, trunk 1,404, ...", most frequent first.
template <class Key>
std::string counts_line(const char* name, const std::map<Key, int64_t>& counts) {
  std::vector<std::pair<int64_t, std::string>> sorted;
  for (const auto& [key, count] : counts) {
    const std::string text = fmt::format("{}", key);
    sorted.emplace_back(-count, text.empty() ? "unknown" : text);
  }
  std::sort(sorted.begin(), sorted.end());
  std::string out = fmt::format("{}:", name);
  for (size_t i = 0; i < std::min<size_t>(sorted.size(), 12); ++i)
    out += fmt::format("{} {} {}", i == 0 ? "" : ",", sorted[i].second,
                       format_count(-sorted[i].first));
  if (sorted.size() > 12) out += fmt::format(", and {} more", sorted.size() - 12);
  return out + "\n";
}

void run(const ManifestFlags& flags, bool json) {
  const Manifest manifest = flags.read();
  DatasetStats stats;
  with_progress("read", manifest.rows.size(),
                [&](const auto& progress) { stats = dataset_stats(manifest, progress); });
  if (json) {
    std::printf("%s\n", stats_json(stats).dump(2).c_str());
    return;
  }
  std::string text = groups_text(stats) + "\n";
  text += counts_line("site", stats.all.site) + counts_line("source", stats.all.source);
  std::map<std::string, int64_t> lesions;
  for (const auto& [images, count] : stats.images_per_lesion)
    lesions[fmt::format("of {} images:", images)] = count;
  text += counts_line("lesions", lesions) + counts_line("pixels", stats.sizes);
  if (stats.sizes_unknown > 0)
    text += fmt::format("without a readable file: {}\n", format_count(stats.sizes_unknown));
  std::fputs(text.c_str(), stdout);
}

}  // namespace

void add_data_stats(CLI::App& parent, int&) {
  auto* app = parent.add_subcommand("stats", "count images, lesions, ages, sites and sizes");
  const auto flags = add_manifest_flags(*app);
  const auto json = std::make_shared<bool>(false);
  app->add_flag("--json", *json, "print JSON");
  app->footer("Example:\n  dermdistill data stats HAM10000");
  app->callback([flags, json] { run(*flags, *json); });
}

}  // namespace derm
