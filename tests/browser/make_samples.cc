// Writes what the browser tests serve and upload: bundles, offline sites of them, and a few images,
// all drawn or made by the program itself.
//   browser_samples FOLDER
#include <cstdio>

#include "deploy/quantize.h"
#include "deploy/web_site.h"
#include "serve/running_server.h"

namespace {

// The offline page of a bundle of this name, which is written beside it.
void write_site(const derm::fs::path& folder, const std::string& name,
                const derm::BundleFiles& files) {
  derm::write_bundle_files(folder / (name + ".bundle"), files, false);
  derm::write_folder(folder / (name + "_site"), derm::web_site(derm::parse_bundle(files, name)));
}

derm::BundleFiles int8_bundle() {
  using namespace derm;
  const testing::TempFolder folder;
  const LabelledFiles images = testing::drawn_images(folder);
  QuantizeOptions options;
  options.max_drop = 1;  // of random weights
  return quantize_bundle(parse_bundle(testing::served_bundle(), "tiny"), images, images, options)
      .files;
}

void write_samples(const derm::fs::path& folder) {
  using namespace derm;
  write_site(folder, "tiny", testing::served_bundle());
  write_site(folder, "plain", testing::bundle_without_maps());
  write_site(folder, "int8", int8_bundle());
  write_file_atomic(folder / "lesion.jpg", ByteView(testing::drawn_jpeg(3, 400, 300)));
  write_file_atomic(folder / "second.jpg", ByteView(testing::drawn_jpeg(6, 301, 401)));
  write_file_atomic(folder / "black.png", ByteView(encode_png(Image(64, 64))));
  const Bytes cut_off(2000, 0xff);
  write_file_atomic(folder / "broken.jpg", ByteView(cut_off));
  write_file_atomic(folder / "large.jpg", ByteView(Bytes(size_t{3} << 20)));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  try {
    write_samples(argv[1]);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
