// A static folder that classifies in the browser: the page, the bundle and ONNX Runtime as
// WebAssembly. Any static host serves it; the photo stays on the device. docs/web.md.
#pragma once

#include <map>
#include <string>

#include "base/files.h"
#include "runtime/bundle.h"

namespace derm {

using SiteFiles = std::map<std::string, Bytes>;  // by path

// The page's files, the bundle below bundle/, a manifest with icons (installable), and a service
// worker that keeps all of them on the device, each under its SHA-256. The same bundle gives the
// same site.
SiteFiles web_site(const Bundle& bundle);

}  // namespace derm
