// The offline page's files, which the program carries inside itself (embedded.S.in).
#pragma once

#include <vector>

#include "base/files.h"

namespace derm {

struct EmbeddedFile {
  const char* name;  // in the site
  ByteView bytes;
};

// index.html, style.css, app.js, backend.js, worker.js, sw.js, the .wasm modules, THIRD_PARTY.txt.
const std::vector<EmbeddedFile>& embedded_site();

}  // namespace derm
