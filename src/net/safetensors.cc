// safetensors: an 8-byte little-endian header length, a JSON header, and the raw tensors without
// gaps. Source: https://github.com/huggingface/safetensors, "Format".
#include <algorithm>
#include <tuple>

#include "base/error.h"
#include "base/json.h"
#include "net/dtype.h"
#include "net/weights.h"

namespace derm {
namespace {

using torch::Tensor;
// Sorted keys: bytes are deterministic, and a header of many keys is read in n log n.
using Header = nlohmann::json;

constexpr uint64_t kLengthBytes = 8;
constexpr uint64_t kMaxHeaderBytes = 100'000'000;
constexpr int kMaxHeaderDepth = 4;
constexpr const char* kMetadataKey = "__metadata__";

struct Entry {
  std::string name;
  const Dtype* dtype = nullptr;
  std::vector<int64_t> shape;
  uint64_t begin = 0, end = 0;  // bytes after the header
};

uint64_t header_length(ByteView bytes, const std::string& name) {
  if (bytes.size < kLengthBytes)
    throw Error("truncated safetensors file", name, "at least 8 bytes", std::to_string(bytes.size));
  uint64_t length = 0;
  for (uint64_t i = 0; i < kLengthBytes; ++i) length |= uint64_t{bytes.data[i]} << (8 * i);
  const uint64_t room = bytes.size - kLengthBytes;
  if (length > std::min(room, kMaxHeaderBytes))
    throw Error("wrong length of a safetensors header", name + ", byte 0",
                fmt::format("at most {}", std::min(room, kMaxHeaderBytes)), std::to_string(length));
  return length;
}

Header parse_header(ByteView bytes, uint64_t length, const std::string& name) {
  const auto shallow = [&](int depth, Header::parse_event_t, Header&) {
    if (depth > kMaxHeaderDepth)
      throw Error("a safetensors header is nested too deeply", name,
                  fmt::format("{} levels", kMaxHeaderDepth));
    return true;
  };
  const auto* text = reinterpret_cast<const char*>(bytes.data) + kLengthBytes;
  Header header;
  try {
    header = Header::parse(text, text + length, shallow);
  } catch (const Header::exception& error) {
    throw Error("a safetensors header is not JSON", name, "", error.what());
  }
  if (!header.is_object()) throw Error("a safetensors header is not an object", name);
  return header;
}

std::vector<uint64_t> whole_numbers(const Header& entry, const char* key,
                                    const std::string& where) {
  const auto found = entry.is_object() ? entry.find(key) : entry.end();
  if (!entry.is_object() || found == entry.end() || !found->is_array())
    throw Error("a safetensors entry lacks a list", where, key);
  std::vector<uint64_t> numbers;
  for (const Header& item : *found) {
    if (!item.is_number_unsigned() || item.get<uint64_t>() > INT64_MAX)
      throw Error("wrong number in a safetensors entry", where + ", " + key, "0 or more",
                  item.dump(-1, ' ', true, Header::error_handler_t::replace));
    numbers.push_back(item.get<uint64_t>());
  }
  return numbers;
}

Entry read_entry(const std::string& tensor, const Header& json, const std::string& name) {
  const std::string where = name + ", tensor '" + tensor + "'";
  Entry entry;
  entry.name = tensor;
  for (const uint64_t size : whole_numbers(json, "shape", where))
    entry.shape.push_back(static_cast<int64_t>(size));
  const auto offsets = whole_numbers(json, "data_offsets", where);
  const auto dtype = json.find("dtype");
  const bool has_dtype = dtype != json.end() && dtype->is_string();
  entry.dtype = has_dtype ? dtype_by_name(dtype->get_ref<const std::string&>()) : nullptr;
  if (entry.dtype == nullptr)
    throw Error("unknown dtype", where, dtype_names(),
                has_dtype ? dtype->get<std::string>() : "none");
  if (offsets.size() != 2 || offsets[0] > offsets[1])
    throw Error("wrong offsets", where, "begin and end", fmt::format("{} numbers", offsets.size()));
  entry.begin = offsets[0];
  entry.end = offsets[1];
  const auto elements = checked_elements(entry.shape);
  if (!elements || *elements * entry.dtype->bytes != entry.end - entry.begin)
    throw Error(
        "the offsets do not fit the shape", where,
        elements ? fmt::format("{} bytes", *elements * entry.dtype->bytes) : "a valid shape",
        fmt::format("{} bytes", entry.end - entry.begin));
  return entry;
}

Metadata read_metadata(const Header& json, const std::string& name) {
  Metadata metadata;
  if (!json.is_object()) throw Error("safetensors metadata is not an object", name);
  for (const auto& [key, value] : json.items()) {
    if (!value.is_string())
      throw Error("safetensors metadata is not text", name + ", metadata '" + key + "'");
    metadata[key] = value.get<std::string>();
  }
  return metadata;
}

// No hole, no overlap, nothing after the last tensor.
void check_layout(std::vector<Entry>& entries, uint64_t data_bytes, const std::string& name) {
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
    return std::tie(a.begin, a.end) < std::tie(b.begin, b.end);
  });
  uint64_t position = 0;
  for (const Entry& entry : entries) {
    if (entry.begin != position || entry.end > data_bytes)
      throw Error("tensors overlap, leave a hole or pass the end of the file",
                  name + ", tensor '" + entry.name + "'",
                  fmt::format("from {} up to {}", position, data_bytes),
                  fmt::format("{} to {}", entry.begin, entry.end));
    position = entry.end;
  }
  if (position != data_bytes)
    throw Error("bytes after the last tensor", name, fmt::format("{} data bytes", position),
                std::to_string(data_bytes));
}

struct Item {
  Entry entry;
  Tensor tensor;  // contiguous, on the CPU
};

// Widest elements first, so that every tensor is aligned; then by name.
std::vector<Item> lay_out(const TensorMap& tensors) {
  std::vector<Item> items;
  for (const auto& [name, tensor] : tensors) {
    if (name == kMetadataKey) throw Error("a tensor has the name of the metadata", name);
    const Dtype* dtype = tensor.defined() ? dtype_of(tensor.scalar_type()) : nullptr;
    if (dtype == nullptr)
      throw Error("a tensor that safetensors cannot hold", name, dtype_names(),
                  tensor.defined() ? std::string(tensor.dtype().name()) : "an undefined tensor");
    items.push_back({{name, dtype, tensor.sizes().vec()}, tensor.detach().cpu().contiguous()});
  }
  std::stable_sort(items.begin(), items.end(), [](const Item& a, const Item& b) {
    return a.entry.dtype->bytes > b.entry.dtype->bytes;
  });
  uint64_t position = 0;
  for (Item& item : items) {
    item.entry.begin = position;
    item.entry.end = position += item.tensor.nbytes();
  }
  return items;
}

std::string header_bytes(const std::vector<Item>& items, const Metadata& metadata) {
  Header header = Header::object();
  if (!metadata.empty()) header[kMetadataKey] = metadata;
  for (const Item& item : items)
    header[item.entry.name] = {{"dtype", item.entry.dtype->safetensors},
                               {"shape", item.entry.shape},
                               {"data_offsets", {item.entry.begin, item.entry.end}}};
  std::string text = header.dump(-1, ' ', false, Header::error_handler_t::replace);
  text.resize((text.size() + kLengthBytes - 1) / kLengthBytes * kLengthBytes, ' ');
  std::string length(kLengthBytes, '\0');
  for (uint64_t i = 0; i < kLengthBytes; ++i)
    length[i] = static_cast<char>(static_cast<uint64_t>(text.size()) >> (8 * i));
  return length + text;
}

template <class Write>
void write_parts(const TensorMap& tensors, const Metadata& metadata, const Write& write) {
  const std::vector<Item> items = lay_out(tensors);
  const std::string header = header_bytes(items, metadata);
  write(header.data(), header.size());
  for (const Item& item : items)
    if (item.tensor.nbytes() > 0) write(item.tensor.data_ptr(), item.tensor.nbytes());
}

}  // namespace

WeightFile parse_safetensors(ByteView bytes, const std::string& name) {
  const uint64_t length = header_length(bytes, name);
  const Header header = parse_header(bytes, length, name);
  const uint64_t start = kLengthBytes + length;
  WeightFile file;
  std::vector<Entry> entries;
  for (const auto& [key, value] : header.items()) {
    if (key == kMetadataKey)
      file.metadata = read_metadata(value, name);
    else
      entries.push_back(read_entry(key, value, name));
  }
  check_layout(entries, bytes.size - start, name);
  for (const Entry& entry : entries)
    file.tensors[entry.name] = copy_in(*entry.dtype, entry.shape, bytes.data + start + entry.begin);
  return file;
}

void write_safetensors(const fs::path& path, const TensorMap& tensors, const Metadata& metadata) {
  AtomicFile file(path);
  write_parts(tensors, metadata, [&](const void* data, size_t size) { file.write(data, size); });
  file.commit();
}

Bytes safetensors_bytes(const TensorMap& tensors, const Metadata& metadata) {
  Bytes bytes;
  write_parts(tensors, metadata, [&](const void* data, size_t size) {
    const auto* begin = static_cast<const uint8_t*>(data);
    bytes.insert(bytes.end(), begin, begin + size);
  });
  return bytes;
}

}  // namespace derm
