#include "net/pickle.h"

#include "base/error.h"
#include "base/strings.h"
#include "net/dtype.h"

namespace derm {
namespace {

constexpr const char* kOrderedDict = "collections.OrderedDict";
constexpr const char* kTensor = "torch._utils._rebuild_tensor_v2";
constexpr const char* kParameter = "torch._utils._rebuild_parameter";
constexpr const char* kSize = "torch.Size";
constexpr std::string_view kTorchPrefix = "torch.";

[[noreturn]] void refuse(const std::string& where, const std::string& expected) {
  throw Error("a pickle that torch.save does not write", where, expected);
}

const PickleItem& argument(const PickleItem& tuple, size_t index, PickleKind kind,
                           const std::string& where) {
  if (index >= tuple.items.size() || tuple.items[index]->kind != kind)
    refuse(where, fmt::format("{} as argument {}", pickle_kind_name(kind), index));
  return *tuple.items[index];
}

std::vector<int64_t> whole_numbers(const PickleItem& tuple, const std::string& where) {
  std::vector<int64_t> numbers;
  for (const PickleItem* item : tuple.items) {
    if (item->kind != PickleKind::kInt || item->number < 0) refuse(where, "whole numbers");
    numbers.push_back(item->number);
  }
  return numbers;
}

// (storage, offset, sizes, strides, requires_grad, hooks ...)
void rebuild_tensor(const PickleItem& arguments, const std::string& where, PickleItem& result) {
  argument(arguments, 0, PickleKind::kStorage, where);
  result.kind = PickleKind::kTensor;
  result.items = {arguments.items[0]};
  result.number = argument(arguments, 1, PickleKind::kInt, where).number;
  result.sizes = whole_numbers(argument(arguments, 2, PickleKind::kTuple, where), where);
  result.strides = whole_numbers(argument(arguments, 3, PickleKind::kTuple, where), where);
  if (result.number < 0 || result.sizes.size() != result.strides.size())
    refuse(where, "an offset of 0 or more, and as many strides as sizes");
}

}  // namespace

const char* pickle_kind_name(PickleKind kind) {
  switch (kind) {
    case PickleKind::kNone:
      return "None";
    case PickleKind::kBool:
      return "a bool";
    case PickleKind::kInt:
      return "a whole number";
    case PickleKind::kFloat:
      return "a number";
    case PickleKind::kText:
      return "a text";
    case PickleKind::kBytes:
      return "bytes";
    case PickleKind::kList:
      return "a list";
    case PickleKind::kTuple:
      return "a tuple";
    case PickleKind::kDict:
      return "a dict";
    case PickleKind::kGlobal:
      return "a Python name";
    case PickleKind::kStorage:
      return "a storage";
    case PickleKind::kTensor:
      return "a tensor";
  }
  return "an unknown item";
}

bool pickle_name_allowed(const std::string& name) {
  for (const char* known : {kOrderedDict, kTensor, kParameter, kSize})
    if (name == known) return true;
  return starts_with(name, kTorchPrefix) &&
         dtype_by_storage(std::string_view(name).substr(kTorchPrefix.size())) != nullptr;
}

void pickle_reduce(const std::string& name, const PickleItem& arguments, const std::string& where,
                   PickleItem& result) {
  if (name == kOrderedDict) {
    if (!arguments.items.empty()) refuse(where, "OrderedDict without arguments");
    result.kind = PickleKind::kDict;
  } else if (name == kTensor) {
    rebuild_tensor(arguments, where, result);
  } else if (name == kParameter) {
    result = argument(arguments, 0, PickleKind::kTensor, where);
  } else if (name == kSize) {
    result = argument(arguments, 0, PickleKind::kTuple, where);
  } else {
    throw Error("a pickle calls a name that is not a function of weights", where, "", name);
  }
}

PickleItem pickle_storage(const PickleItem& id, const std::string& where) {
  if (id.kind != PickleKind::kTuple) refuse(where, "a tuple that names a storage");
  if (argument(id, 0, PickleKind::kText, where).text != "storage") refuse(where, "'storage'");
  PickleItem storage;
  storage.kind = PickleKind::kStorage;
  const std::string& type = argument(id, 1, PickleKind::kGlobal, where).text;
  storage.type = starts_with(type, kTorchPrefix) ? type.substr(kTorchPrefix.size()) : type;
  storage.text = argument(id, 2, PickleKind::kText, where).text;
  storage.number = argument(id, 4, PickleKind::kInt, where).number;
  if (dtype_by_storage(storage.type) == nullptr || storage.number < 0)
    refuse(where, "a storage class and a number of elements");
  return storage;
}

}  // namespace derm
