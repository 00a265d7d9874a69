#include "base/strings.h"
#include "cli/contact_sheet.h"
#include "cli/explained.h"
#include "image/encode.h"

namespace derm {
namespace {

std::string decision_text(const Explained& explained, const Explanation& found, int64_t index) {
  return fmt::format("{} {:.2f}", explained.classes[static_cast<size_t>(index)],
                     probability_of(found, index));
}

// An image id may hold a folder.
std::string picture_name(const ManifestRow& row) {
  return join(split(row.image_id, '/'), "_") + ".png";
}

SheetCell original_cell(const Explained& explained, size_t i) {
  const auto& row = explained.images.manifest.rows[i];
  const auto& contract = explained.networks.back().model.contract;
  return {fitted_source(explained.images, contract)(static_cast<int64_t>(i)),
          {{row.image_id}, {"true: " + label_name(explained, row)}}};
}

SheetCell network_cell(const Explained& explained, const ExplainedNetwork& network, size_t i) {
  const Explanation& found = network.found[i];
  const auto& row = explained.images.manifest.rows[i];
  const Image seen =
      fitted_source(explained.images, network.model.contract)(static_cast<int64_t>(i));
  SheetCell cell{overlay(seen, full_size(min_max(found.cam), network.model, explained.flags)), {}};
  cell.lines.push_back({decision_text(explained, found, found.predicted),
                        row.label != kNoLabel && row.label != found.predicted});
  if (found.explained != found.predicted)
    cell.lines.push_back({"map of " + decision_text(explained, found, found.explained)});
  return cell;
}

}  // namespace

void draw_pictures(const Explained& explained, const std::vector<size_t>& rows,
                   const fs::path& folder) {
  ContactSheet sheet;
  sheet.columns.push_back({"original", "as the network sees it"});
  for (const auto& network : explained.networks) {
    fs::create_directories(folder / network.role);
    sheet.columns.push_back({network.title, network.model.net->graph().arch});
  }
  for (const size_t i : rows) {
    const auto name = picture_name(explained.images.manifest.rows[i]);
    sheet.rows.push_back({original_cell(explained, i)});
    for (const auto& network : explained.networks) {
      sheet.rows.back().push_back(network_cell(explained, network, i));
      const Bytes picture = encode_png(sheet.rows.back().back().image);
      write_file_atomic(folder / network.role / name, ByteView(picture));
    }
  }
  sheet.notes = {fmt::format("Grad-CAM at {}: {}", explained.flags.tap, explained.flags.class_name),
                 "each map from least to greatest", "red: not the true class"};
  write_file_atomic(folder / "contact_sheet.png", ByteView(encode_png(draw(sheet))));
}

}  // namespace derm
