// Writes what the browser test serves and uploads: two bundles, and a few images, all drawn or made
// by the program itself.
//   browser_samples FOLDER
#include <cstdio>

#include "serve/running_server.h"

namespace {

void write_samples(const derm::fs::path& folder) {
  using namespace derm;
  write_bundle_files(folder / "tiny.bundle", testing::served_bundle(), false);
  write_bundle_files(folder / "plain.bundle", testing::bundle_without_maps(), false);
  write_file_atomic(folder / "lesion.jpg", ByteView(testing::drawn_jpeg(3, 400, 300)));
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
