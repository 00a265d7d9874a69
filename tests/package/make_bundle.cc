// Writes a tiny bundle and one of its golden images, for the test of the installed library.
//   make_bundle FOLDER
#include <cstdio>

#include "support/tiny_bundle.h"

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const derm::fs::path folder = argv[1];
  const auto files = derm::export_bundle(derm::testing::tiny_network(), {}, {}).files;
  derm::write_bundle_files(folder / "tiny.bundle", files, true);
  derm::write_file_atomic(folder / "lesion.jpg", derm::ByteView(files.at("golden/landscape.jpg")));
  return 0;
}
