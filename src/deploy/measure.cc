#include "deploy/measure.h"

#include <algorithm>

#include "base/error.h"
#include "base/interrupt.h"
#include "base/parallel.h"
#include "deploy/golden_images.h"
#include "image/decode.h"
#include "runtime/verify.h"

namespace derm {
namespace {

constexpr size_t kBlock = 32;  // images that are in memory at once

Array logits_of(const Session& session, const std::vector<Image>& images,
                const Preprocess& contract) {
  const std::vector<float> input = network_input(images, contract);
  return session.run(input.data(), static_cast<int64_t>(images.size()), {"logits"}).front();
}

}  // namespace

std::vector<float> network_input(const std::vector<Image>& images, const Preprocess& contract) {
  const auto side = static_cast<size_t>(contract.side_px);
  std::vector<float> input(images.size() * 3 * side * side);
  for (size_t i = 0; i < images.size(); ++i)
    normalise(images[i], contract, Layout::kPlanes, &input[i * 3 * side * side]);
  return input;
}

std::vector<Image> fitted_images(const std::vector<fs::path>& files, size_t begin, size_t count,
                                 const Preprocess& contract, int64_t threads) {
  std::vector<Image> images(count);
  parallel_for(count, static_cast<size_t>(threads),
               [&](size_t i) { images[i] = fit(decode_file(files.at(begin + i)), contract); });
  return images;
}

Measured measure(const Session& session, const Preprocess& contract, const LabelledFiles& images,
                 int64_t classes, const MeasureOptions& options) {
  Measured out;
  out.logits = {classes, images.labels, {}};
  for (size_t begin = 0; begin < images.files.size(); begin += kBlock) {
    if (interrupt_requested()) throw Interrupted("interrupted");
    const size_t n = std::min(kBlock, images.files.size() - begin);
    const auto block = fitted_images(images.files, begin, n, contract, options.threads);
    const Array logits = logits_of(session, block, contract);
    out.logits.values.insert(out.logits.values.end(), logits.values.begin(), logits.values.end());
    for (const Image& image : block) out.qualities.push_back(quality_of(image));
    if (options.watch) options.watch(block, logits, images.files[begin].string());
    if (options.progress) options.progress(static_cast<int64_t>(n));
  }
  return out;
}

std::vector<GoldenImage> golden_answers(const Session& session, const Preprocess& contract,
                                        const MeasureOptions& options) {
  std::vector<GoldenImage> golden;
  for (const EncodedImage& encoded : golden_images()) {
    const Image image = fit(decode(encoded.bytes, encoded.file), contract);
    const Array logits = logits_of(session, {image}, contract);
    if (options.watch) options.watch({image}, logits, encoded.file);
    golden.push_back(
        {encoded.file, pixels_sha256(image), {logits.values.begin(), logits.values.end()}});
  }
  return golden;
}

}  // namespace derm
