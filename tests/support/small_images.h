// Small images made up on the spot, and a folder of them as JPEG files with a manifest.
#pragma once

#include <string>

#include "base/files.h"
#include "base/rng.h"
#include "data/manifest.h"
#include "image/encode.h"

namespace derm::testing {

// Noise, so that no two images and no two views of one image are alike.
inline Image noise_image(int width, int height, uint64_t seed) {
  Image image(width, height);
  Rng rng({seed, Purpose::kTest});
  for (auto& byte : image.data) byte = static_cast<uint8_t>(rng.next());
  return image;
}

// A smooth image: colours change slowly, as in a photograph.
inline Image gradient_image(int width, int height) {
  Image image(width, height);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      uint8_t* pixel = image.row(y) + x * 3;
      pixel[0] = static_cast<uint8_t>(255 * x / width);
      pixel[1] = static_cast<uint8_t>(255 * y / height);
      pixel[2] = static_cast<uint8_t>(128);
    }
  return image;
}

// `count` JPEG files of various sizes in `folder`, labels 0, 1, 2, 0, ...
inline Manifest small_manifest(const fs::path& folder, int count) {
  Manifest manifest;
  manifest.classes = {"MEL", "NV", "BCC"};
  manifest.root = folder;
  for (int i = 0; i < count; ++i) {
    ManifestRow row;
    row.image_id = "image_" + std::to_string(i);
    row.path = row.image_id + ".jpg";
    row.label = i % 3;
    const Bytes bytes = encode_jpeg(noise_image(40 + i, 30 + i % 5, static_cast<uint64_t>(i)), 90);
    write_file_atomic(folder / row.path, ByteView(bytes));
    row.sha256 = sha256(ByteView(bytes));
    manifest.rows.push_back(row);
  }
  return manifest;
}

}  // namespace derm::testing
