#include "data/cache.h"

#include <algorithm>

#include "base/error.h"
#include "base/interrupt.h"
#include "base/log.h"
#include "base/parallel.h"
#include "data/augment_dspkd.h"
#include "data/cache_file.h"
#include "data/clean.h"
#include "data/folder_lock.h"
#include "image/decode.h"
#include "image/resize.h"

namespace derm {
namespace {

constexpr size_t kImagesPerThread = 8;  // decoded together: bounds memory
constexpr size_t kListedFailures = 100;

fs::path path_of(const fs::path& folder, const CacheSpec& spec, const std::string& sources) {
  const std::string key = sha256(spec.text() + "\n" + sources).substr(0, 16);
  return folder / fmt::format("{}-{}.pack", spec.kind, key);
}

Image shrink_frame(const Image& frame, int64_t frame_px) {
  const int64_t shorter = std::min(frame.width, frame.height);
  if (shorter <= frame_px) return frame;
  const auto scaled = [&](int side) {
    return static_cast<int>((int64_t{side} * frame_px + shorter / 2) / shorter);
  };
  return resize(frame, scaled(frame.width), scaled(frame.height), Filter::kBilinear);
}

Image load(const fs::path& root, const ManifestRow& row, const CacheSpec& spec) {
  const fs::path path = root / row.path;
  const DecodeLimits limits;
  const Bytes bytes = read_file(path, limits.max_file_bytes);
  if (const std::string found = sha256(bytes); found != row.sha256)
    throw Error("file has changed since the manifest was written", path.string(),
                "sha256 " + row.sha256, found);
  const Image frame =
      listed_copy(clean(decode(bytes, path.string(), limits), spec.contract.clean), row);
  return spec.kind == "frame" ? shrink_frame(frame, spec.frame_px) : fit(frame, spec.contract);
}

[[noreturn]] void fail_listing(const std::vector<std::string>& failures, size_t images,
                               const fs::path& root) {
  std::string list;
  for (size_t i = 0; i < std::min(failures.size(), kListedFailures); ++i)
    list += "\n  " + failures[i];
  if (failures.size() > kListedFailures)
    list += fmt::format("\n  and {} more", failures.size() - kListedFailures);
  throw Error(fmt::format("{} of {} images cannot be cached", failures.size(), images),
              root.string(), "", list);
}

// Reads rows [begin, begin + images.size()) in parallel; messages of the rows that failed.
void load_chunk(const Manifest& manifest, const CacheSpec& spec, size_t begin, size_t threads,
                std::vector<Image>& images, std::vector<std::string>& failures) {
  std::vector<std::string> messages(images.size());
  parallel_for(images.size(), threads, [&](size_t i) {
    try {
      images[i] = load(manifest.root, manifest.rows[begin + i], spec);
    } catch (const Error& error) {
      messages[i] = error.what();
    }
  });
  for (auto& message : messages)
    if (!message.empty()) failures.push_back(std::move(message));
}

void make(const fs::path& path, const Manifest& manifest, const CacheSpec& spec,
          const std::string& sources, size_t threads,
          const std::function<void(int64_t, int64_t)>& progress) {
  CacheWriter writer(path, spec.text(), sources);
  const size_t total = manifest.rows.size();
  const size_t chunk = threads * kImagesPerThread;
  std::vector<std::string> failures;
  for (size_t begin = 0; begin < total; begin += chunk) {
    if (interrupt_requested()) throw Interrupted("stopped while making a cache", path.string());
    std::vector<Image> images(std::min(chunk, total - begin));
    load_chunk(manifest, spec, begin, threads, images, failures);
    if (failures.empty())
      for (const auto& image : images) writer.add(image);
    if (progress)
      progress(static_cast<int64_t>(begin + images.size()), static_cast<int64_t>(total));
  }
  if (!failures.empty()) fail_listing(failures, total, manifest.root);
  writer.commit();
}

// The file's reader, or nothing where it has to be made; why, goes to the log.
std::unique_ptr<const CacheReader> try_open(const fs::path& path, const std::string& spec,
                                            const std::string& sources, size_t images) {
  if (!fs::exists(path)) return nullptr;
  try {
    auto reader = std::make_unique<const CacheReader>(path);
    if (reader->spec() == spec && reader->sources() == sources &&
        reader->size() == static_cast<int64_t>(images))
      return reader;
    log_warn("cache {} was made for other images: making it again", path.string());
  } catch (const Error& error) {
    log_warn("{}: making it again", error.what());
  }
  return nullptr;
}

}  // namespace

struct Cache::State {
  std::unique_ptr<const CacheReader> reader;
  bool rebuilt = false;
};

std::string CacheSpec::text() const {
  const std::string cleaning = contract.clean.on() ? " " + contract.clean.text() : "";
  if (kind == "frame")
    return fmt::format("kind=frame frame_px={} filter=bilinear", frame_px) + cleaning;
  if (kind != "contract")
    throw Error("unknown kind of cache", "kind", "contract or frame", "'" + kind + "'");
  std::string out = fmt::format("kind=contract side_px={} geometry={} filter={}", contract.side_px,
                                contract.geometry, contract.filter);
  if (contract.geometry == "crop") out += fmt::format(" crop_share={}", contract.crop_share);
  return out + cleaning;
}

std::string cache_sources(const Manifest& manifest) {
  std::string all;
  all.reserve(manifest.rows.size() * 65);
  for (const auto& row : manifest.rows) {
    if (row.sha256.size() != 64)
      throw Error("manifest row has no sha256, the key of a cache", row.path, "64 hex digits",
                  "'" + row.sha256 + "'");
    all += row.sha256 + (row.copy > 0 ? fmt::format(" copy {}", row.copy) : "") + "\n";
  }
  return sha256(all);
}

fs::path cache_path(const fs::path& folder, const Manifest& manifest, const CacheSpec& spec) {
  return path_of(folder, spec, cache_sources(manifest));
}

fs::path cache_beside(const fs::path& manifest) {
  return fs::absolute(manifest).parent_path() / ".cache";
}

Cache Cache::open(const fs::path& folder, const Manifest& manifest, const CacheSpec& spec,
                  int64_t threads, const std::function<void(int64_t, int64_t)>& progress) {
  const std::string text = spec.text(), sources = cache_sources(manifest);
  const fs::path path = path_of(folder, spec, sources);
  auto state = std::make_shared<State>();
  state->reader = try_open(path, text, sources, manifest.rows.size());
  if (!state->reader) {
    fs::create_directories(folder);
    const FolderLock lock(folder);
    state->reader = try_open(path, text, sources, manifest.rows.size());
    if (!state->reader) {
      lock.remove_leftovers(path.filename());
      make(path, manifest, spec, sources,
           threads > 0 ? static_cast<size_t>(threads) : hardware_threads(), progress);
      state->reader = std::make_unique<const CacheReader>(path);
      state->rebuilt = true;
    }
  }
  Cache cache;
  cache.state_ = std::move(state);
  return cache;
}

int64_t Cache::size() const {
  return state_->reader->size();
}
Image Cache::image(int64_t row) const {
  return state_->reader->image(row);
}
const fs::path& Cache::path() const {
  return state_->reader->path();
}
bool Cache::rebuilt() const {
  return state_->rebuilt;
}

}  // namespace derm
