// The part of Python's pickle format that torch.save writes for weights. Nothing is executed: a
// pickle is read into plain items, and whatever is not on the short list of known names is refused.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "base/files.h"

namespace derm {

enum class PickleKind {
  kNone,
  kBool,
  kInt,
  kFloat,
  kText,
  kBytes,
  kList,
  kTuple,
  kDict,     // and OrderedDict
  kGlobal,   // a known name: text is "module.name"
  kStorage,  // text: its key in the file; type; number: elements
  kTensor,   // items[0]: the storage; number: offset; sizes; strides (in elements)
};

const char* pickle_kind_name(PickleKind kind);  // "a list"

struct PickleItem {
  PickleKind kind = PickleKind::kNone;
  int64_t number = 0;
  double real = 0;
  std::string text, type;
  std::vector<int64_t> sizes, strides;
  std::vector<PickleItem*> items;
  std::vector<std::pair<PickleItem*, PickleItem*>> entries;
};

// Owns every item; items may refer to each other, in circles too.
struct Pickle {
  std::deque<PickleItem> items;
  PickleItem* root = nullptr;
};

inline constexpr uint64_t kMaxPickleBytes = uint64_t{16} << 20;
inline constexpr size_t kMaxPickleItems = 1'000'000;

// Protocols 2 to 5. Throws Error naming `name`, the byte, and the opcode or the Python name that is
// not allowed; also where a cap above is passed.
Pickle read_pickle(ByteView bytes, const std::string& name);

// A Python name as "module.name": may it appear in a pickle of weights?
bool pickle_name_allowed(const std::string& name);

// Calls the Python function `name` in the reader's own words: rebuilds a tensor, a parameter, a
// size or an empty OrderedDict in `result`, from the tuple `arguments`. Throws Error at `where`.
void pickle_reduce(const std::string& name, const PickleItem& arguments, const std::string& where,
                   PickleItem& result);

// ("storage", torch.FloatStorage, key, device, elements) -> kStorage.
PickleItem pickle_storage(const PickleItem& id, const std::string& where);

}  // namespace derm
