#include "data/audit.h"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include "base/error.h"

namespace derm {
namespace {

constexpr Split kSplits[] = {Split::kTrain, Split::kVal, Split::kTest};
constexpr std::pair<Split, Split> kSplitPairs[] = {
    {Split::kTrain, Split::kVal}, {Split::kTrain, Split::kTest}, {Split::kVal, Split::kTest}};

size_t index(Split split) {
  return static_cast<size_t>(split);
}
unsigned flag(Split split) {
  return 1U << index(split);
}

// For each id, the splits it occurs in as a set of flags.
using Occurrence = std::unordered_map<std::string, unsigned>;

Occurrence occurrence(const Manifest& manifest, std::string Record::*id) {
  Occurrence out;
  for (const auto& row : manifest.rows)
    if (!(row.*id).empty()) out[row.*id] |= flag(row.split);
  return out;
}

int64_t in_both(const Occurrence& ids, Split a, Split b) {
  const unsigned both = flag(a) | flag(b);
  return std::count_if(ids.begin(), ids.end(),
                       [&](const auto& entry) { return (entry.second & both) == both; });
}

void count_images(const Manifest& manifest, Audit& out) {
  const size_t classes = manifest.classes.size();
  std::array<std::vector<std::set<std::string>>, 3> lesions;
  for (auto& split : lesions) split.resize(classes);
  for (auto& split : out.splits) split = {std::vector<int64_t>(classes), {}};
  for (const auto& row : manifest.rows) {
    const auto label = static_cast<size_t>(row.label);
    ++out.splits.at(index(row.split)).images.at(label);
    // The space keeps an image's own name apart from every lesion_id.
    lesions.at(index(row.split))
        .at(label)
        .insert(row.lesion_id.empty() ? " " + row.image_id : row.lesion_id);
    if (row.lesion_id.empty()) ++out.without_lesion;
    if (!row.sha256.empty()) ++out.files;
  }
  for (const Split split : kSplits)
    for (const auto& ids : lesions.at(index(split)))
      out.splits.at(index(split)).lesions.push_back(static_cast<int64_t>(ids.size()));
}

AuditPair pair_of(const Manifest& manifest, size_t a, size_t b, double similarity) {
  const auto &x = manifest.rows[a], &y = manifest.rows[b];
  AuditPair out{a, b, similarity, false, x.label == y.label, x.split != y.split};
  out.same_lesion = !x.lesion_id.empty() && x.lesion_id == y.lesion_id;
  return out;
}

// Every image with its first copy.
void find_byte_duplicates(const Manifest& manifest, Audit& out) {
  std::unordered_map<std::string, std::vector<size_t>> same;
  for (size_t r = 0; r < manifest.rows.size(); ++r) {
    const auto& bytes = manifest.rows[r].sha256;
    if (bytes.empty()) continue;
    auto& rows = same[bytes];
    for (const size_t other : rows) out.byte_duplicates.push_back(pair_of(manifest, other, r, 1));
    rows.push_back(r);
  }
}

void find_near_duplicates(const Manifest& manifest, const std::vector<ImagePrint>& prints,
                          const std::function<void(uint64_t)>& progress, Audit& out) {
  out.pictures_compared = true;
  for (size_t r = 0; r < prints.size(); ++r)
    if (prints[r].grey.empty() && !manifest.rows[r].sha256.empty()) ++out.unread;
  for (const auto& pair : near_duplicates(prints, {}, progress))
    if (manifest.rows[pair.a].sha256 != manifest.rows[pair.b].sha256)
      out.near_duplicates.push_back(pair_of(manifest, pair.a, pair.b, pair.similarity));
}

// For each row, the splits in which another image shows the same bytes or picture.
std::vector<unsigned> copies(const Manifest& manifest, const Audit& audit) {
  std::vector<unsigned> out(manifest.rows.size(), 0);
  for (const auto* pairs : {&audit.byte_duplicates, &audit.near_duplicates})
    for (const auto& pair : *pairs) {
      out[pair.a] |= flag(manifest.rows[pair.b].split);
      out[pair.b] |= flag(manifest.rows[pair.a].split);
    }
  return out;
}

struct SiblingSource {
  const Occurrence &lesions, &patients;
  const std::vector<unsigned>& copies;
};

SiblingTable sibling_table(const Manifest& manifest, const SiblingSource& source, Split of,
                           unsigned among, const char* among_name) {
  SiblingTable out;
  out.of = split_name(of);
  out.among = among_name;
  out.classes.resize(manifest.classes.size());
  for (const int64_t r : manifest.indices(of)) {
    const auto& row = manifest.rows[static_cast<size_t>(r)];
    const bool lesion = !row.lesion_id.empty() && (source.lesions.at(row.lesion_id) & among) != 0;
    const bool patient =
        !row.patient_id.empty() && (source.patients.at(row.patient_id) & among) != 0;
    const bool copy = (source.copies[static_cast<size_t>(r)] & among) != 0;
    for (auto* count : {&out.classes.at(static_cast<size_t>(row.label)), &out.all}) {
      ++count->images;
      count->same_lesion += lesion ? 1 : 0;
      count->any += lesion || patient || copy ? 1 : 0;
    }
  }
  return out;
}

}  // namespace

Audit audit(const Manifest& manifest, const std::vector<ImagePrint>& prints,
            const std::function<void(uint64_t)>& progress) {
  Audit out;
  out.classes = manifest.classes;
  out.protocol = manifest.protocol;
  out.images = static_cast<int64_t>(manifest.rows.size());
  count_images(manifest, out);
  const Occurrence lesions = occurrence(manifest, &Record::lesion_id);
  const Occurrence patients = occurrence(manifest, &Record::patient_id);
  out.lesions = static_cast<int64_t>(lesions.size());
  out.patients = static_cast<int64_t>(patients.size());
  for (const auto& [a, b] : kSplitPairs)
    out.overlaps.push_back({a, b, in_both(lesions, a, b), in_both(patients, a, b)});
  find_byte_duplicates(manifest, out);
  if (!prints.empty()) find_near_duplicates(manifest, prints, progress, out);
  const auto copied = copies(manifest, out);
  const SiblingSource source{lesions, patients, copied};
  const unsigned train = flag(Split::kTrain), both = train | flag(Split::kVal);
  out.siblings.push_back(sibling_table(manifest, source, Split::kTest, train, "train"));
  out.siblings.push_back(sibling_table(manifest, source, Split::kTest, both, "train+val"));
  out.siblings.push_back(sibling_table(manifest, source, Split::kVal, train, "train"));
  return out;
}

std::vector<std::string> Audit::leaks(bool near_is_leak) const {
  std::vector<std::string> out;
  for (const auto& overlap : overlaps) {
    const std::string where =
        fmt::format("{} and {}", split_name(overlap.a), split_name(overlap.b));
    if (overlap.lesions > 0)
      out.push_back(fmt::format("{} lesions are in {}", overlap.lesions, where));
    if (overlap.patients > 0)
      out.push_back(fmt::format("{} patients are in {}", overlap.patients, where));
  }
  const auto across = [](const std::vector<AuditPair>& pairs) {
    return std::count_if(pairs.begin(), pairs.end(), [](const auto& p) { return p.across_splits; });
  };
  if (const auto n = across(byte_duplicates); n > 0)
    out.push_back(fmt::format("{} pairs of byte-identical images lie in different splits", n));
  if (const auto n = across(near_duplicates); n > 0 && near_is_leak)
    out.push_back(fmt::format("{} pairs of near-duplicate images lie in different splits", n));
  return out;
}

}  // namespace derm
