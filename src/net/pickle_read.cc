// The stack machine of pickle. Opcodes and their arguments: Python's pickletools.
#include <cmath>
#include <cstring>
#include <unordered_map>

#include "base/error.h"
#include "net/pickle.h"

namespace derm {
namespace {

constexpr uint64_t kMaxProtocol = 5;

class Reader {
 public:
  Reader(ByteView bytes, std::string name) : bytes_(bytes), name_(std::move(name)) {}

  Pickle read() {
    if (bytes_.size > kMaxPickleBytes)
      throw Error("a pickle is too large", name_, fmt::format("at most {} bytes", kMaxPickleBytes),
                  std::to_string(bytes_.size));
    while (pickle_.root == nullptr) {
      start_ = position_;
      const auto op = static_cast<uint8_t>(unsigned_number(1));
      if (!scalar(op) && !text(op) && !container(op) && !memo(op) && !object(op))
        fail("an opcode that torch.save does not write", fmt::format("0x{:02x}", op));
    }
    return std::move(pickle_);
  }

 private:
  using Item = PickleItem*;

  std::string where() const { return fmt::format("{}, byte {}", name_, start_); }

  [[noreturn]] void fail(const char* what, const std::string& got = "") const {
    throw Error(what, where(), "", got);
  }

  // Little-endian, 1 to 8 bytes.
  uint64_t unsigned_number(size_t size) {
    const uint8_t* data = take(size);
    uint64_t number = 0;
    for (size_t i = 0; i < size; ++i) number |= uint64_t{data[i]} << (8 * i);
    return number;
  }

  const uint8_t* take(uint64_t size) {
    if (size > bytes_.size - position_) fail("a pickle ends too early");
    const uint8_t* data = bytes_.data + position_;
    position_ += size;
    return data;
  }

  std::string take_text(uint64_t size) {
    const uint8_t* data = take(size);
    return std::string(reinterpret_cast<const char*>(data), size);
  }

  std::string take_line() {
    const auto* begin = bytes_.data + position_;
    const auto* end = static_cast<const uint8_t*>(
        std::memchr(begin, '\n', static_cast<size_t>(bytes_.size - position_)));
    if (end == nullptr) fail("a pickle ends too early");
    std::string line = take_text(static_cast<uint64_t>(end - begin));
    ++position_;
    return line;
  }

  Item make(PickleKind kind) {
    if (pickle_.items.size() >= kMaxPickleItems)
      fail("a pickle holds too many items", fmt::format("more than {}", kMaxPickleItems));
    pickle_.items.emplace_back();
    pickle_.items.back().kind = kind;
    return &pickle_.items.back();
  }

  Item push(PickleKind kind) {
    stack_.push_back(make(kind));
    return stack_.back();
  }

  Item pop() {
    const Item item = top();
    stack_.pop_back();
    return item;
  }

  Item top() const {
    if (stack_.size() <= (marks_.empty() ? 0 : marks_.back())) fail("a pickle pops too much");
    return stack_.back();
  }

  Item top_of(PickleKind kind) const {
    if (top()->kind != kind) fail("a pickle fills something else", pickle_kind_name(top()->kind));
    return top();
  }

  Item pop_of(PickleKind kind) {
    const Item item = top_of(kind);
    stack_.pop_back();
    return item;
  }

  std::vector<Item> pop_to_mark() {
    if (marks_.empty()) fail("a pickle lacks a mark");
    const auto begin = stack_.begin() + static_cast<std::ptrdiff_t>(marks_.back());
    std::vector<Item> items(begin, stack_.end());
    stack_.erase(begin, stack_.end());
    marks_.pop_back();
    return items;
  }

  bool push_int(int64_t number) {
    push(PickleKind::kInt)->number = number;
    return true;
  }

  bool push_bool(bool value) {
    push(PickleKind::kBool)->number = value ? 1 : 0;
    return true;
  }

  bool push_text(PickleKind kind, uint64_t size) {
    std::string content = take_text(size);
    push(kind)->text = std::move(content);
    return true;
  }

  // Two's complement, little-endian.
  bool push_long(uint64_t size) {
    if (size > 8) fail("a whole number of more than 64 bits");
    uint64_t bits = size == 0 ? 0 : unsigned_number(size);
    const bool negative = size > 0 && (bits >> (8 * size - 1)) != 0;
    if (negative && size < 8) bits |= ~uint64_t{0} << (8 * size);
    return push_int(static_cast<int64_t>(bits));
  }

  // IEEE 754, big-endian.
  bool push_float() {
    const uint8_t* data = take(8);
    uint64_t bits = 0;
    for (size_t i = 0; i < 8; ++i) bits = bits << 8 | data[i];
    std::memcpy(&push(PickleKind::kFloat)->real, &bits, 8);
    return true;
  }

  bool scalar(uint8_t op) {
    switch (op) {
      case 0x80:  // PROTO
        if (unsigned_number(1) > kMaxProtocol) fail("an unknown pickle protocol");
        return true;
      case 0x95:  // FRAME
        take(8);
        return true;
      case 'N':
        push(PickleKind::kNone);
        return true;
      case 0x88:
        return push_bool(true);
      case 0x89:
        return push_bool(false);
      case 'J':
        return push_int(static_cast<int32_t>(unsigned_number(4)));
      case 'K':
        return push_int(static_cast<int64_t>(unsigned_number(1)));
      case 'M':
        return push_int(static_cast<int64_t>(unsigned_number(2)));
      case 0x8a:  // LONG1
        return push_long(unsigned_number(1));
      case 0x8b:  // LONG4
        return push_long(unsigned_number(4));
      case 'G':
        return push_float();
      default:
        return false;
    }
  }

  bool text(uint8_t op) {
    switch (op) {
      case 0x8c:  // SHORT_BINUNICODE
      case 'U':   // SHORT_BINSTRING
        return push_text(PickleKind::kText, unsigned_number(1));
      case 'X':  // BINUNICODE
      case 'T':  // BINSTRING
        return push_text(PickleKind::kText, unsigned_number(4));
      case 0x8d:  // BINUNICODE8
        return push_text(PickleKind::kText, unsigned_number(8));
      case 'C':  // SHORT_BINBYTES
        return push_text(PickleKind::kBytes, unsigned_number(1));
      case 'B':  // BINBYTES
        return push_text(PickleKind::kBytes, unsigned_number(4));
      case 0x8e:  // BINBYTES8
        return push_text(PickleKind::kBytes, unsigned_number(8));
      default:
        return false;
    }
  }

  bool push_tuple(std::vector<Item> items) {
    push(PickleKind::kTuple)->items = std::move(items);
    return true;
  }

  bool push_short_tuple(size_t size) {
    std::vector<Item> items(size);
    for (size_t i = size; i > 0; --i) items[i - 1] = pop();
    return push_tuple(std::move(items));
  }

  bool set_items(const std::vector<Item>& items) {
    const Item dict = top_of(PickleKind::kDict);
    if (items.size() % 2 != 0) fail("a key without a value");
    for (size_t i = 0; i < items.size(); i += 2) dict->entries.emplace_back(items[i], items[i + 1]);
    return true;
  }

  bool set_item() {
    const Item value = pop();
    const Item key = pop();
    return set_items({key, value});
  }

  bool append(const std::vector<Item>& items) {
    const Item list = top_of(PickleKind::kList);
    list->items.insert(list->items.end(), items.begin(), items.end());
    return true;
  }

  bool container(uint8_t op) {
    switch (op) {
      case '(':
        marks_.push_back(stack_.size());
        return true;
      case ')':
        return push_tuple({});
      case 't':
        return push_tuple(pop_to_mark());
      case 0x85:
      case 0x86:
      case 0x87:
        return push_short_tuple(op - 0x84u);
      case ']':
        push(PickleKind::kList);
        return true;
      case 'a':
        return append({pop()});
      case 'e':
        return append(pop_to_mark());
      case '}':
        push(PickleKind::kDict);
        return true;
      case 's':
        return set_item();
      case 'u':
        return set_items(pop_to_mark());
      default:
        return false;
    }
  }

  bool remember(uint64_t key) {
    memo_[key] = top();
    return true;
  }

  bool recall(uint64_t key) {
    const auto found = memo_.find(key);
    if (found == memo_.end()) fail("a pickle recalls what it never stored", std::to_string(key));
    stack_.push_back(found->second);
    return true;
  }

  bool memo(uint8_t op) {
    switch (op) {
      case 'q':
        return remember(unsigned_number(1));
      case 'r':
        return remember(unsigned_number(4));
      case 0x94:  // MEMOIZE
        return remember(memo_.size());
      case 'h':
        return recall(unsigned_number(1));
      case 'j':
        return recall(unsigned_number(4));
      case '0':
        pop();
        return true;
      case '1':
        pop_to_mark();
        return true;
      default:
        return false;
    }
  }

  bool push_global(const std::string& module, const std::string& name) {
    const std::string full = module + "." + name;
    if (!pickle_name_allowed(full))
      throw Error("a pickle names Python code", where(), "tensors and plain containers of tensors",
                  full);
    push(PickleKind::kGlobal)->text = full;
    return true;
  }

  bool global_line() {
    const std::string module = take_line();
    return push_global(module, take_line());
  }

  bool global_stack() {
    const Item name = pop_of(PickleKind::kText);
    const Item module = pop_of(PickleKind::kText);
    return push_global(module->text, name->text);
  }

  bool reduce() {
    const Item arguments = pop_of(PickleKind::kTuple);
    const Item function = pop_of(PickleKind::kGlobal);
    pickle_reduce(function->text, *arguments, where(), *push(PickleKind::kNone));
    return true;
  }

  bool persistent() {
    PickleItem storage = pickle_storage(*pop(), where());
    *push(PickleKind::kStorage) = std::move(storage);
    return true;
  }

  // Attributes of an OrderedDict (`_metadata` of a state_dict) are of no use here.
  bool build() {
    pop();
    top_of(PickleKind::kDict);
    return true;
  }

  bool object(uint8_t op) {
    switch (op) {
      case 'c':
        return global_line();
      case 0x93:  // STACK_GLOBAL
        return global_stack();
      case 'R':
        return reduce();
      case 'Q':  // BINPERSID
        return persistent();
      case 'b':
        return build();
      case '.':
        pickle_.root = pop();
        return true;
      default:
        return false;
    }
  }

  ByteView bytes_;
  std::string name_;
  uint64_t position_ = 0, start_ = 0;
  Pickle pickle_;
  std::vector<Item> stack_;
  std::vector<size_t> marks_;
  std::unordered_map<uint64_t, Item> memo_;
};

}  // namespace

Pickle read_pickle(ByteView bytes, const std::string& name) {
  return Reader(bytes, name).read();
}

}  // namespace derm
