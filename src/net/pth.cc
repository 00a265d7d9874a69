#include "net/pth.h"

#include <algorithm>

#include "base/error.h"
#include "base/strings.h"
#include "base/zip_archive.h"
#include "net/dtype.h"
#include "net/pickle.h"

namespace derm {
namespace {

using torch::Tensor;

constexpr std::string_view kPickleRecord = "/data.pkl";
constexpr uint64_t kMaxStorageBytes = uint64_t{8} << 30;  // of all storages together
constexpr int kMaxDepth = 16;
constexpr uint64_t kMaxVisits = 1'000'000;

// The folder inside the zip file, "archive".
std::string folder_of(const ZipArchive& archive, const std::string& name) {
  for (const std::string& record : archive.records())
    if (ends_with(record, kPickleRecord) &&
        record.find('/') + kPickleRecord.size() == record.size())
      return record.substr(0, record.size() - kPickleRecord.size());
  throw Error("a zip file that torch.save did not write", name, "a record FOLDER/data.pkl");
}

class Loader {
 public:
  Loader(const ZipArchive& archive, std::string folder, std::string name)
      : archive_(archive), folder_(std::move(folder)), name_(std::move(name)) {}

  void collect(const PickleItem& item, const std::string& key, int depth = 0) {
    if (depth > kMaxDepth || ++visits_ > kMaxVisits) fail("containers are nested too deeply", key);
    const std::string prefix = key.empty() ? "" : key + ".";
    if (item.kind == PickleKind::kTensor) {
      if (!tensors_.emplace(key, tensor(item, key)).second) fail("two tensors of one name", key);
    } else if (item.kind == PickleKind::kDict) {
      for (const auto& [name, value] : item.entries)
        collect(*value, prefix + key_text(*name, key), depth + 1);
    } else if (item.kind == PickleKind::kList || item.kind == PickleKind::kTuple) {
      for (size_t i = 0; i < item.items.size(); ++i)
        collect(*item.items[i], prefix + std::to_string(i), depth + 1);
    } else {
      throw Error("not a tensor", where(key), "tensors and plain containers of tensors",
                  pickle_kind_name(item.kind));
    }
  }

  TensorMap take() { return std::move(tensors_); }

 private:
  std::string where(const std::string& key) const { return name_ + ", key '" + key + "'"; }

  [[noreturn]] void fail(const char* what, const std::string& key) const {
    throw Error(what, where(key));
  }

  std::string key_text(const PickleItem& key, const std::string& parent) const {
    if (key.kind == PickleKind::kText) return key.text;
    if (key.kind == PickleKind::kInt) return std::to_string(key.number);
    throw Error("a key that is not a text", where(parent), "", pickle_kind_name(key.kind));
  }

  // The storage as one flat tensor; read once.
  const Tensor& storage(const PickleItem& item, const std::string& key) {
    const auto found = storages_.find(item.text + item.type);
    if (found != storages_.end()) return found->second;
    const Dtype& dtype = *dtype_by_storage(item.type);
    const auto elements = static_cast<uint64_t>(item.number);
    if (elements > (kMaxStorageBytes - stored_) / dtype.bytes) fail("too much memory", key);
    const uint64_t size = elements * dtype.bytes;
    const Bytes bytes = archive_.read(folder_ + "/data/" + item.text, size);
    if (bytes.size() != size)
      throw Error("wrong size of a storage", where(key), fmt::format("{} bytes", size),
                  std::to_string(bytes.size()));
    stored_ += size;
    return storages_[item.text + item.type] = copy_in(dtype, {item.number}, bytes.data());
  }

  // A view may repeat its storage, but not without bounds.
  void spend(uint64_t bytes, const std::string& key) {
    constexpr uint64_t kRepeats = 4, kSmall = uint64_t{64} << 20;
    copied_ += bytes;
    if (copied_ > kSmall + kRepeats * stored_) fail("views repeat too much memory", key);
  }

  Tensor tensor(const PickleItem& item, const std::string& key) {
    const Tensor& flat = storage(*item.items[0], key);
    const auto elements = checked_elements(item.sizes);
    if (!elements) fail("a tensor of an impossible shape", key);
    if (*elements == 0) return torch::empty(item.sizes, flat.options());
    const auto room = static_cast<uint64_t>(flat.numel());
    uint64_t last = static_cast<uint64_t>(item.number);
    for (size_t i = 0; i < item.sizes.size(); ++i) {
      const auto steps = static_cast<uint64_t>(item.sizes[i] - 1);
      const auto stride = static_cast<uint64_t>(item.strides[i]);
      if (last >= room || (steps > 0 && stride > (room - last) / steps))
        fail("a view that passes the end of its storage", key);
      last += steps * stride;
    }
    if (last >= room) fail("a view that passes the end of its storage", key);
    spend(*elements * flat.element_size(), key);
    return flat.as_strided(item.sizes, item.strides, item.number)
        .clone(torch::MemoryFormat::Contiguous);
  }

  const ZipArchive& archive_;
  std::string folder_, name_;
  TensorMap tensors_;
  std::map<std::string, Tensor> storages_;
  uint64_t stored_ = 0, copied_ = 0, visits_ = 0;
};

// The state dict inside a checkpoint, or the item itself.
const PickleItem& state_dict(const PickleItem& root) {
  for (const char* key : {"state_dict", "model"})
    for (const auto& [name, value] : root.entries)
      if (name->kind == PickleKind::kText && name->text == key && value->kind == PickleKind::kDict)
        return *value;
  return root;
}

// What torch.nn.DataParallel puts before every name.
TensorMap without_module_prefix(TensorMap tensors) {
  constexpr std::string_view kPrefix = "module.";
  const bool everywhere = std::all_of(tensors.begin(), tensors.end(), [&](const auto& entry) {
    return starts_with(entry.first, kPrefix);
  });
  if (!everywhere) return tensors;
  TensorMap plain;
  for (auto& [name, tensor] : tensors) plain[name.substr(kPrefix.size())] = tensor;
  return plain;
}

void check_byte_order(const ZipArchive& archive, const std::string& folder,
                      const std::string& name) {
  const std::string record = folder + "/byteorder";
  if (!archive.has(record)) return;
  const Bytes bytes = archive.read(record, 16);
  const std::string order(bytes.begin(), bytes.end());
  if (order != "little")
    throw Error("a file of another byte order", name + ", record '" + record + "'", "little",
                order);
}

}  // namespace

WeightFile parse_pth(ByteView bytes, const std::string& name) {
  const ZipArchive archive(bytes, name);
  const std::string folder = folder_of(archive, name);
  check_byte_order(archive, folder, name);
  const std::string record = folder + std::string(kPickleRecord);
  const Bytes data = archive.read(record, kMaxPickleBytes);
  const Pickle pickle = read_pickle(data, name + ", " + record);
  Loader loader(archive, folder, name);
  loader.collect(state_dict(*pickle.root), "");
  return {without_module_prefix(loader.take()), {}};
}

}  // namespace derm
