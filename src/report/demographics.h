// Who and what is in each split: the table that reporting guidelines ask for, and the flow of
// images into the splits.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "report/cohort.h"
#include "report/page_table.h"

namespace derm {

// Columns: the splits that occur, and all. Rows of images and lesions, then classes in the order of
// `classes`, age, sex, site and source as counts of images; what is not known is a row of its own.
PageTable demographics_table(const Cohort& cohort, const std::vector<std::string>& classes);

// Images considered, excluded with reasons, kept, and in each split: for the page's template.
Json flow_of(const Cohort& cohort);

}  // namespace derm
