// torch.save's zip files: a pickle that describes tensors, and one record per storage.
#pragma once

#include <string>

#include "base/files.h"
#include "net/weights.h"

namespace derm {

// A state dict, also one inside a checkpoint under "state_dict" or "model". Names of nested
// containers are joined by dots; a "module." before every name is taken off. Throws Error naming
// file and record, byte or key.
WeightFile parse_pth(ByteView bytes, const std::string& name);

}  // namespace derm
