#include "report/data_block.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/strings.h"
#include "eval/table.h"

namespace derm {
namespace {

const std::map<std::string, std::string> kProtocols{
    {"lesion", "grouped by lesion: all images of a lesion are in one split"},
    {"image", "by image: images of one lesion may be in several splits"},
    {"ssdkd", "the published SSD-KD split: by image, not grouped by lesion"},
    {"dsp", "grouped by lesion, 8:2 as in DSP-KD, a tenth of train for validation"},
    {"dsp-paper LEAKY", "DSP-KD's published order: copies of one image are in train and in test"},
    {"given", "read from a file"},
};

std::string protocol_text(const std::string& protocol) {
  const auto it = kProtocols.find(protocol);
  return it == kProtocols.end() ? protocol : protocol + " (" + it->second + ")";
}

std::set<std::string> distinct(const std::vector<ReportedRun>& runs,
                               std::string ReportedRun::*field) {
  std::set<std::string> out;
  for (const auto& run : runs)
    if (!(run.*field).empty()) out.insert(run.*field);
  return out;
}

void describe_manifest(const Cohort& manifest, DataBlock& out) {
  for (const char* name : {"train", "val", "test"}) {
    const auto it = manifest.splits.find(name);
    if (it == manifest.splits.end()) continue;
    const auto& of_split = it->second;
    const bool apart = std::string(name) != "train" && of_split.images_with_sibling_in_train == 0;
    out.facts.push_back(fmt::format("{}: {} images of {} lesions{}", name,
                                    format_count(of_split.images), format_count(of_split.lesions),
                                    apart ? ", none of them in train" : ""));
  }
}

void check_siblings(const ReportedRun& run, const std::string& split, DataBlock& out) {
  if (!run.manifest) return;
  const auto it = run.manifest->splits.find(split);
  if (it == run.manifest->splits.end() || it->second.images_with_sibling_in_train == 0) return;
  const auto& s = it->second;
  const double share =
      static_cast<double>(s.images_with_sibling_in_train) / static_cast<double>(s.images);
  out.alarms.push_back(fmt::format(
      "{}: {} of {} {} images ({:.1f} %) show a lesion that the network was trained on.", run.name,
      format_count(s.images_with_sibling_in_train), format_count(s.images), split, 100 * share));
}

// A given split counts as grouped where the run's manifest shows that no lesion is shared.
bool grouped(const ReportedRun& run) {
  if (run.protocol == "lesion" || run.protocol == "dsp") return true;
  if (run.protocol != "given" || !run.manifest) return false;
  return std::all_of(
      run.manifest->splits.begin(), run.manifest->splits.end(),
      [](const auto& item) { return item.second.images_with_sibling_in_train == 0; });
}

void check_protocol(const std::vector<ReportedRun>& runs, DataBlock& out) {
  std::vector<std::string> names;
  for (const auto& run : runs)
    if (!grouped(run)) names.push_back(run.name);
  if (names.empty()) return;
  out.alarms.push_back(fmt::format(
      "Not shown to be split by lesion: {}. Images of one lesion may be on both sides, so these "
      "numbers are likely too good and must not be compared with lesion-grouped results.",
      join(names, ", ")));
}

void check_leaky(const std::vector<ReportedRun>& runs, DataBlock& out) {
  std::vector<std::string> names;
  for (const auto& run : runs)
    if (run.protocol.find("LEAKY") != std::string::npos) names.push_back(run.name);
  if (names.empty()) return;
  out.alarms.push_back(fmt::format(
      "LEAKY: {}. Transformed copies of one image are in train and in test: these numbers say "
      "nothing about new images.",
      join(names, ", ")));
}

}  // namespace

DataBlock describe_data(const std::vector<ReportedRun>& runs, const std::string& split) {
  DataBlock out;
  for (const auto& protocol : distinct(runs, &ReportedRun::protocol))
    out.facts.push_back("Split protocol: " + protocol_text(protocol));
  const auto hashes = distinct(runs, &ReportedRun::manifest_hash);
  if (hashes.size() == 1) out.facts.push_back("Split hash: " + *hashes.begin());
  const auto known = std::find_if(runs.begin(), runs.end(),
                                  [](const auto& run) { return run.manifest.has_value(); });
  if (known != runs.end() && hashes.size() <= 1) describe_manifest(*known->manifest, out);
  check_leaky(runs, out);
  check_protocol(runs, out);
  for (const auto& run : runs) {
    check_siblings(run, split, out);
    if (run.evaluated_on_other_split())
      out.alarms.push_back(run.name +
                           ": evaluated on another split than it was trained with; whether it has "
                           "seen these lesions is not known.");
  }
  if (hashes.size() > 1)
    out.alarms.emplace_back(
        "The runs were made on different splits: their numbers are not comparable.");
  return out;
}

}  // namespace derm
