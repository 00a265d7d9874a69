#include "report/demographics.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "eval/table.h"

namespace derm {
namespace {

struct Part {
  std::string name;
  std::vector<const CohortRow*> rows;
};

// Train, val and test where they have images, then all.
std::vector<Part> parts_of(const Cohort& cohort) {
  std::vector<Part> out;
  for (const char* name : {"train", "val", "test"}) {
    Part part{name, {}};
    for (const auto& row : cohort.rows)
      if (row.split == name) part.rows.push_back(&row);
    if (!part.rows.empty()) out.push_back(part);
  }
  Part all{"all", {}};
  for (const auto& row : cohort.rows) all.rows.push_back(&row);
  out.push_back(all);
  return out;
}

int64_t size_of(const Part& part) {
  return static_cast<int64_t>(part.rows.size());
}

// A row without a name is a group of its own.
int64_t groups_in(const Part& part, std::string CohortRow::*name) {
  std::set<std::string> names;
  int64_t alone = 0;
  for (const auto* row : part.rows)
    if ((row->*name).empty())
      ++alone;
    else
      names.insert(row->*name);
  return alone + static_cast<int64_t>(names.size());
}

bool any_known(const Part& part, std::string CohortRow::*name) {
  return std::any_of(part.rows.begin(), part.rows.end(),
                     [&](const auto* row) { return !(row->*name).empty(); });
}

Cell share_cell(int64_t count, int64_t all) {
  if (all == 0) return Cell("0");
  return {format_count(count),
          fmt::format("{:.1f} %", 100.0 * static_cast<double>(count) / static_cast<double>(all))};
}

int64_t count_if(const Part& part, const std::function<bool(const CohortRow&)>& wanted) {
  return std::count_if(part.rows.begin(), part.rows.end(),
                       [&](const auto* row) { return wanted(*row); });
}

class Rows {
 public:
  Rows(const std::vector<Part>& parts, PageTable& table) : parts_(parts), table_(table) {}

  void group(const std::string& name) { table_.rows.push_back({name, {}, TableRow::Kind::kGroup}); }

  void row(const std::string& head, const std::function<Cell(const Part&)>& cell) {
    TableRow out{head, {}};
    for (const auto& part : parts_) out.cells.push_back(cell(part));
    table_.rows.push_back(out);
  }

  void share(const std::string& head, const std::function<bool(const CohortRow&)>& wanted) {
    row(head, [&](const Part& part) { return share_cell(count_if(part, wanted), size_of(part)); });
  }

 private:
  const std::vector<Part>& parts_;
  PageTable& table_;
};

std::vector<double> known_ages(const Part& part) {
  std::vector<double> out;
  for (const auto* row : part.rows)
    if (row->age >= 0) out.push_back(row->age);
  std::sort(out.begin(), out.end());
  return out;
}

double at_share(const std::vector<double>& sorted, double share) {
  const double place = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<size_t>(place);
  const size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (place - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

Cell age_cell(const Part& part) {
  const auto ages = known_ages(part);
  if (ages.empty()) return Cell("n/a");
  return {fmt::format("{:g}", at_share(ages, 0.5)),
          fmt::format("{:g} to {:g}", at_share(ages, 0.25), at_share(ages, 0.75))};
}

void add_ages(Rows& rows) {
  rows.group("Age, years");
  rows.row("median, quartiles below", age_cell);
  rows.share("not known", [](const CohortRow& row) { return row.age < 0; });
}

void add_values(const std::string& title, std::string CohortRow::*field, const Part& all,
                Rows& rows) {
  std::map<std::string, int64_t> counts;
  for (const auto* row : all.rows) ++counts[row->*field];
  std::vector<std::pair<int64_t, std::string>> sorted;
  for (const auto& [value, count] : counts)
    if (!value.empty()) sorted.emplace_back(-count, value);
  std::sort(sorted.begin(), sorted.end());
  rows.group(title);
  for (const auto& item : sorted)
    rows.share(item.second, [&](const CohortRow& row) { return row.*field == item.second; });
  rows.share("not known", [&](const CohortRow& row) { return (row.*field).empty(); });
}

Json reasons_of(const Cohort& cohort) {
  Json out = Json::array();
  for (const auto& exclusion : cohort.exclusions)
    out.push_back({{"count", format_count(exclusion.images)}, {"reason", exclusion.reason}});
  return out;
}

Json box(const std::string& title, const Part& part) {
  const int64_t copies = count_if(part, [](const CohortRow& row) { return row.is_copy; });
  Json out{{"box_title", title},
           {"images", format_count(size_of(part))},
           {"lesions", format_count(groups_in(part, &CohortRow::lesion_id))},
           {"patients", any_known(part, &CohortRow::patient_id)
                            ? Json(format_count(groups_in(part, &CohortRow::patient_id)))
                            : Json(nullptr)},
           {"copies", copies > 0 ? Json(format_count(copies)) : Json(nullptr)}};
  return out;
}

}  // namespace

PageTable demographics_table(const Cohort& cohort, const std::vector<std::string>& classes) {
  const auto parts = parts_of(cohort);
  PageTable table;
  table.header = {"images (% of the split)"};
  for (const auto& part : parts) table.header.push_back(part.name);
  Rows rows(parts, table);
  rows.row("images", [](const Part& part) { return Cell(format_count(size_of(part))); });
  rows.row("lesions", [](const Part& part) {
    return Cell(format_count(groups_in(part, &CohortRow::lesion_id)));
  });
  if (any_known(parts.back(), &CohortRow::patient_id))
    rows.row("patients", [](const Part& part) {
      return Cell(format_count(groups_in(part, &CohortRow::patient_id)));
    });
  if (any_known(parts.back(), &CohortRow::class_name)) rows.group("Class");
  if (any_known(parts.back(), &CohortRow::class_name))
    for (const auto& name : classes)
      rows.share(name, [&](const CohortRow& row) { return row.class_name == name; });
  add_ages(rows);
  add_values("Sex", &CohortRow::sex, parts.back(), rows);
  add_values("Site", &CohortRow::site, parts.back(), rows);
  add_values("Source", &CohortRow::source, parts.back(), rows);
  return table;
}

Json flow_of(const Cohort& cohort) {
  const auto parts = parts_of(cohort);
  int64_t excluded = 0;
  for (const auto& exclusion : cohort.exclusions) excluded += exclusion.images;
  Json splits = Json::array();
  for (const auto& part : parts)
    if (part.name != "all") splits.push_back(box(part.name, part));
  return {{"considered",
           format_count(excluded +
                        count_if(parts.back(), [](const CohortRow& row) { return !row.is_copy; }))},
          {"excluded", format_count(excluded)},
          {"any_excluded", excluded > 0},
          {"reasons", reasons_of(cohort)},
          {"kept", box("In the manifest", parts.back())},
          {"splits", splits}};
}

}  // namespace derm
