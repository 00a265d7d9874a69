// The names of the diagnostic classes and their order: the column order of the ISIC challenges,
// pinned by name and never taken from the order of folders or rows.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace derm {

// MEL NV BCC AK AKIEC BKL DF VASC SCC UNK. AKIEC (ISIC 2018, HAM10000: actinic keratosis and
// intraepithelial carcinoma together) stands at the place of AK and keeps its own name.
const std::vector<std::string>& isic_classes();

// The short name of a class in any usual spelling ("mel", "Melanoma", "basal cell carcinoma");
// empty where the name is unknown.
std::string class_short_name(std::string_view name);

// Sorts by the ISIC column order; other names follow in byte order. Removes repeated names.
std::vector<std::string> in_class_order(std::vector<std::string> names);

}  // namespace derm
