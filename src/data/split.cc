#include "data/split.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <unordered_map>

#include "base/csv.h"
#include "base/error.h"
#include "base/parallel.h"
#include "base/strings.h"
#include "data/numpy_rng.h"

namespace derm {
namespace {

constexpr char kDspPaper[] = "dsp-paper";
constexpr int64_t kMaxTarget = 1000000;
constexpr Split kByFraction[] = {Split::kTrain, Split::kVal, Split::kTest};

std::vector<int64_t> labels_of(const Dataset& dataset) {
  std::vector<int64_t> out;
  for (const auto& record : dataset.records) out.push_back(record.label);
  return out;
}

std::vector<Split> deal(const std::vector<int64_t>& labels, const std::vector<size_t>& groups,
                        const SplitOptions& options) {
  std::vector<double> targets(options.fractions.begin(), options.fractions.end());
  if (options.folds > 1) {
    const auto folds = static_cast<double>(options.folds);
    targets.assign(static_cast<size_t>(options.folds), (1 - options.test_share) / folds);
    targets.push_back(options.test_share);
  }
  std::vector<Split> out;
  for (const size_t part : allot_groups(labels, groups, targets, options.seed)) {
    if (options.folds <= 1)
      out.push_back(kByFraction[part]);
    else if (part == static_cast<size_t>(options.folds))
      out.push_back(Split::kTest);
    else
      out.push_back(part == static_cast<size_t>(options.fold) ? Split::kVal : Split::kTrain);
  }
  return out;
}

std::vector<Split> published(const Dataset& dataset) {
  if (dataset.format != "isic2019")
    throw Error("the protocol ssdkd is the published split of ISIC 2019", dataset.root.string(),
                "a dataset of format isic2019", dataset.format);
  const auto all = ssdkd_split(dataset.table_labels);
  std::vector<Split> out;
  for (const size_t row : dataset.table_row) out.push_back(all[row]);
  return out;
}

std::unordered_map<std::string, Split> read_split_file(const fs::path& path) {
  const CsvTable table = read_csv(path);
  const size_t id = table.find("image_id") ? *table.find("image_id") : table.column("image");
  const size_t split = table.column("split");
  std::unordered_map<std::string, Split> out;
  for (size_t r = 0; r < table.rows.size(); ++r) {
    const Split named = split_named(table.rows[r][split], table.place(r));
    const auto [it, fresh] = out.emplace(table.rows[r][id], named);
    if (!fresh && it->second != named)
      throw Error("one image in two splits", table.place(r), split_name(it->second),
                  split_name(named));
  }
  return out;
}

std::vector<Split> given(const Dataset& dataset, const SplitOptions& options) {
  std::unordered_map<std::string, Split> by_id;
  if (!options.split_file.empty()) by_id = read_split_file(options.split_file);
  std::vector<Split> out;
  std::vector<std::string> lacking;
  for (size_t r = 0; r < dataset.records.size(); ++r) {
    const auto& id = dataset.records[r].image_id;
    const auto it = by_id.find(id);
    const auto split = options.split_file.empty() ? dataset.given[r]
                       : it == by_id.end()        ? std::nullopt
                                                  : std::optional<Split>(it->second);
    if (!split) lacking.push_back(id);
    out.push_back(split.value_or(Split::kTrain));
  }
  if (lacking.empty()) return out;
  const size_t count = lacking.size();
  lacking.resize(std::min<size_t>(count, 5));
  const bool table = !options.split_file.empty();
  throw Error(fmt::format("{} of {} images have no given split", count, out.size()),
              table ? options.split_file.string() : dataset.root.string(),
              table ? "a row image_id,split for every image"
                    : "train/val/test folders, a split column, or --split-file",
              join(lacking, ", ") + (count > lacking.size() ? ", ..." : ""));
}

bool by_fractions(const SplitOptions& options) {
  return options.protocol != "ssdkd" && options.protocol != "given";
}

// One Split for each listed image.
std::vector<Split> assign(const Dataset& dataset, const std::vector<std::string>& sha256,
                          const SplitOptions& options, const std::vector<Listed>& listed) {
  if (options.protocol == "ssdkd") return published(dataset);
  if (options.protocol == "given") return given(dataset, options);
  if (options.protocol == "lesion" || options.protocol == "dsp")
    return deal(labels_of(dataset), group_images(dataset.records, sha256), options);
  if (options.protocol == "source")
    return split_by_source(dataset, group_images(dataset.records, sha256), options);
  std::vector<size_t> alone(listed.size());
  std::iota(alone.begin(), alone.end(), size_t{0});
  std::vector<int64_t> labels;
  for (const auto& image : listed) labels.push_back(dataset.records[image.record].label);
  return deal(labels, alone, options);
}

Json describe(const Dataset& dataset, const SplitOptions& options) {
  Json out = Json::object();
  out["format"] = dataset.format;
  if (by_fractions(options)) {
    out["seed"] = options.seed;
    if (options.folds > 1) {
      out["folds"] = options.folds;
      out["fold"] = options.fold;
      out["test_share"] = options.test_share;
    } else {
      out["fractions"] = options.fractions;
    }
  }
  if (options.protocol == kDspPaper) {
    out["target_per_class"] = options.target_per_class;
    out[kLeaky] = "copies of one image lie in train and in test, as published";
  }
  if (options.protocol == "source") out["test_source"] = options.test_source;
  if (options.protocol == "given" && !options.split_file.empty())
    out["split_file_sha256"] = sha256_file(options.split_file);
  Json excluded = Json::object();
  for (size_t kind = 0; kind < kProblemCount; ++kind)
    if (const int64_t n = dataset.problems.count(static_cast<Problem>(kind)); n > 0)
      excluded[kProblemKinds[kind].name] = n;
  out["problems_allowed"] = excluded;
  out["quarantined"] = dataset.quarantined;
  return out;
}

[[noreturn]] void usage(const std::string& what, const std::string& expected,
                        const std::string& got) {
  throw UsageError(what, "", expected, got);
}

}  // namespace

// Differs from paper: it has no validation set, and so nothing to choose an epoch by but test.
std::array<double, 3> usual_fractions(const std::string& protocol) {
  if (protocol == "dsp" || protocol == kDspPaper) return {0.72, 0.08, 0.2};
  return {0.7, 0.15, 0.15};
}

void check_split_options(const SplitOptions& options) {
  const std::vector<std::string> protocols = {"lesion",  "image",  "ssdkd", "dsp",
                                              kDspPaper, "source", "given"};
  if (std::find(protocols.begin(), protocols.end(), options.protocol) == protocols.end())
    usage("unknown protocol" + did_you_mean(options.protocol, protocols), join(protocols, ", "),
          options.protocol);
  if ((options.protocol == "image" || options.protocol == kDspPaper) && !options.allow_image_split)
    usage(fmt::format("the protocol {} puts images of one lesion into train and test",
                      options.protocol),
          "--protocol lesion or dsp, or --allow-image-split for a comparison", "");
  if (options.target_per_class < 1 || options.target_per_class > kMaxTarget)
    usage("not a number of images", fmt::format("--target-per-class from 1 to {}", kMaxTarget),
          fmt::format("{}", options.target_per_class));
  const bool by_source = options.protocol == "source";
  if (by_source != !options.test_source.empty())
    usage("the protocol source and the name of a source go together",
          "--protocol source --test-source NAME", options.test_source);
  if (by_source && (options.folds > 1 || options.fractions[0] * options.fractions[1] <= 0))
    usage("the protocol source divides what is left into train and val",
          "two fractions above 0, and no --folds", "");
  double sum = 0;
  for (const double f : options.fractions) {
    if (!(f >= 0)) usage("a negative fraction", "--fractions train,val,test", fmt::format("{}", f));
    sum += f;
  }
  if (std::abs(sum - 1) > 1e-6)
    usage("fractions do not sum to 1", "--fractions 0.7,0.15,0.15", fmt::format("sum {:.4g}", sum));
  if (options.folds < 0 || options.folds == 1 || options.folds > 1000)
    usage("not a number of folds", "--folds from 2 to 1000", fmt::format("{}", options.folds));
  if (options.folds > 1 && (options.fold < 0 || options.fold >= options.folds))
    usage("no such fold", fmt::format("--fold from 0 to {}", options.folds - 1),
          fmt::format("{}", options.fold));
  if (!(options.test_share >= 0 && options.test_share < 1))
    usage("not a share", "--test-share from 0 to below 1", fmt::format("{}", options.test_share));
}

std::vector<Split> ssdkd_split(const std::vector<int64_t>& table_labels) {
  constexpr uint32_t kSeed = 2021;
  constexpr int64_t kValFold = 1;  // "folder 2", counted from 1 there
  const size_t n = table_labels.size();
  const auto order = numpy_permutation(n, kSeed);
  const auto tests = static_cast<size_t>(std::nearbyint(0.1 * static_cast<double>(n)));
  std::vector<Split> out(n, Split::kTest);
  std::vector<int64_t> rest;  // labels in shuffled order, as the published code keeps them
  for (size_t i = tests; i < n; ++i) rest.push_back(table_labels[order[i]]);
  const auto folds = sklearn_stratified_folds(rest, 5, kSeed);
  for (size_t i = tests; i < n; ++i)
    out[order[i]] = folds[i - tests] == kValFold ? Split::kVal : Split::kTrain;
  return out;
}

std::vector<std::string> hash_images(const Dataset& dataset,
                                     const std::function<void(uint64_t)>& progress) {
  std::vector<std::string> out(dataset.records.size());
  parallel_for(out.size(), 0, [&](size_t r) {
    if (dataset.present[r]) out[r] = sha256_file(dataset.root / dataset.records[r].path);
    if (progress) progress(1);
  });
  return out;
}

Manifest split_dataset(const Dataset& dataset, const std::vector<std::string>& sha256,
                       const SplitOptions& options) {
  check_split_options(options);
  const bool leaky = options.protocol == kDspPaper;
  const auto listed =
      list_with_copies(labels_of(dataset), leaky ? options.target_per_class : int64_t{0});
  const auto splits = assign(dataset, sha256, options, listed);
  Manifest out;
  out.classes = dataset.classes;
  out.root = dataset.root;
  out.protocol = leaky ? fmt::format("{} {}", kDspPaper, kLeaky) : options.protocol;
  out.details = describe(dataset, options);
  for (size_t i = 0; i < listed.size(); ++i) {
    const auto& [record, copy] = listed[i];
    ManifestRow row;
    static_cast<Record&>(row) = dataset.records[record];
    if (copy > 0) row.image_id += fmt::format("_copy{}", copy);
    row.copy = copy;
    row.sha256 = sha256.empty() ? "" : sha256[record];
    row.split = splits[i];
    out.rows.push_back(std::move(row));
  }
  return out;
}

}  // namespace derm
