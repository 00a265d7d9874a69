#include "runtime/bundle_files.h"

#include "base/error.h"
#include "base/strings.h"
#include "base/zip_archive.h"

namespace derm {
namespace {

constexpr const char* kSums = "SHA256SUMS";
constexpr size_t kMaxEntries = 64, kMaxName = 100;
constexpr uint64_t kMiB = 1 << 20;

uint64_t limit_of(const std::string& entry) {
  if (entry == "model.onnx") return 1024 * kMiB;
  return ends_with(entry, ".png") || ends_with(entry, ".jpg") ? 16 * kMiB : kMiB;
}

bool good_name(const std::string& entry) {
  constexpr const char* kAllowed =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/";
  return !entry.empty() && entry.size() <= kMaxName && entry.front() != '/' &&
         entry.back() != '/' && entry.find_first_not_of(kAllowed) == std::string::npos &&
         entry.find("..") == std::string::npos;
}

std::string place(const std::string& where, const std::string& entry) {
  return where + ", entry '" + entry.substr(0, kMaxName) + "'";
}

// What a folder and a zip file have in common.
class Container {
 public:
  virtual ~Container() = default;
  virtual std::vector<std::string> entries() const = 0;
  virtual Bytes read(const std::string& entry, uint64_t max_bytes) const = 0;
};

class Folder : public Container {
 public:
  explicit Folder(fs::path path) : path_(std::move(path)) {}

  std::vector<std::string> entries() const override {
    std::vector<std::string> out;
    for (const auto& item : fs::recursive_directory_iterator(path_)) {
      const std::string entry = fs::relative(item.path(), path_).generic_string();
      const auto kind = item.symlink_status().type();
      if (kind == fs::file_type::directory) continue;
      if (kind != fs::file_type::regular)
        throw Error("not a plain file", place(path_.string(), entry));
      out.push_back(entry);
      if (out.size() > kMaxEntries) break;
    }
    return out;
  }

  Bytes read(const std::string& entry, uint64_t max_bytes) const override {
    return read_file(path_ / entry, max_bytes);
  }

 private:
  fs::path path_;
};

class Zip : public Container {
 public:
  explicit Zip(const fs::path& path) : file_(path), archive_(file_.bytes(), path.string()) {}

  std::vector<std::string> entries() const override { return archive_.records(); }
  Bytes read(const std::string& entry, uint64_t max_bytes) const override {
    return archive_.read(entry, max_bytes);
  }

 private:
  MappedFile file_;
  ZipArchive archive_;
};

std::map<std::string, std::string> parse_sums(const Bytes& bytes, const std::string& where) {
  std::map<std::string, std::string> sums;
  const std::string text(bytes.begin(), bytes.end());
  for (const auto& line : split(text, '\n')) {
    if (line.empty()) continue;
    const bool right =
        line.size() > 66 && line.substr(64, 2) == "  " &&
        line.substr(0, 64).find_first_not_of("0123456789abcdef") == std::string::npos;
    if (!right || !sums.emplace(line.substr(66), line.substr(0, 64)).second)
      throw Error("a damaged list of hashes", place(where, kSums),
                  "64 hex digits, two spaces, name", line.substr(0, 100));
  }
  return sums;
}

void check_hash(const std::string& sum, const Bytes& bytes, const std::string& where) {
  const std::string found = sha256(bytes);
  if (found != sum) throw Error("the hash does not agree: damaged or edited", where, sum, found);
}

BundleFiles read_entries(const Container& container, const std::string& where) {
  const auto entries = container.entries();
  if (entries.size() > kMaxEntries)
    throw Error("too many entries for a bundle", where, fmt::format("at most {}", kMaxEntries),
                std::to_string(entries.size()));
  BundleFiles files;
  for (const auto& entry : entries) {
    check_entry(entry, 0, where);
    if (!files.emplace(entry, container.read(entry, limit_of(entry))).second)
      throw Error("an entry stands twice", place(where, entry));
  }
  const auto list = files.find(kSums);
  if (list == files.end())
    throw Error("not a bundle: an entry is missing", where, kSums, join(entries, ", "));
  const auto sums = parse_sums(list->second, where);
  files.erase(list);
  for (const auto& [entry, sum] : sums) {
    const auto file = files.find(entry);
    if (file == files.end()) throw Error("an entry is missing", where, entry);
    check_hash(sum, file->second, place(where, entry));
  }
  for (const auto& [entry, bytes] : files)
    if (sums.count(entry) == 0) throw Error("an entry without a hash", place(where, entry));
  return files;
}

}  // namespace

BundleFiles with_sums(BundleFiles files) {
  std::string text;
  for (const auto& [entry, bytes] : files) text += sha256(bytes) + "  " + entry + "\n";
  files[kSums] = Bytes(text.begin(), text.end());
  return files;
}

void check_entry(const std::string& entry, uint64_t bytes, const std::string& where) {
  if (!good_name(entry))
    throw Error("a name that a bundle cannot have", place(where, entry),
                "letters, digits and ._-/, at most 100 of them");
  if (bytes > limit_of(entry))
    throw Error("an entry over its limit", place(where, entry),
                fmt::format("at most {} bytes", limit_of(entry)), std::to_string(bytes));
}

BundleFiles read_bundle_files(const fs::path& path) {
  if (fs::is_directory(path)) return read_entries(Folder(path), path.string());
  if (!fs::exists(path)) throw Error("no such bundle", path.string(), "a folder or a zip file");
  return read_entries(Zip(path), path.string());
}

void write_bundle_files(const fs::path& path, const BundleFiles& files, bool replace) {
  if (fs::exists(path) && !replace)
    throw Error("the bundle exists already", path.string(), "another name, or --exist-ok");
  const BundleFiles all = with_sums(files);
  for (const auto& [entry, bytes] : all) check_entry(entry, bytes.size(), path.string());
  if (path.has_parent_path()) fs::create_directories(path.parent_path());
  if (ends_with(path.string(), ".zip"))
    write_zip(path, all);
  else
    write_folder(path, all);
}

}  // namespace derm
