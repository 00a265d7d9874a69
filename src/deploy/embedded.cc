#include "deploy/embedded.h"

#define DERM_EMBEDDED(name) \
  extern "C" const uint8_t derm_site_##name##_begin[], derm_site_##name##_end[];
DERM_EMBEDDED(html)
DERM_EMBEDDED(css)
DERM_EMBEDDED(app)
DERM_EMBEDDED(backend)
DERM_EMBEDDED(service_worker)
DERM_EMBEDDED(worker)
DERM_EMBEDDED(runtime)
DERM_EMBEDDED(jpeg)
DERM_EMBEDDED(licences)
#undef DERM_EMBEDDED

namespace derm {
namespace {

ByteView between(const uint8_t* begin, const uint8_t* end) {
  return {begin, static_cast<size_t>(end - begin)};
}

}  // namespace

const std::vector<EmbeddedFile>& embedded_site() {
  static const std::vector<EmbeddedFile> kFiles{
      {"index.html", between(derm_site_html_begin, derm_site_html_end)},
      {"style.css", between(derm_site_css_begin, derm_site_css_end)},
      {"app.js", between(derm_site_app_begin, derm_site_app_end)},
      {"backend.js", between(derm_site_backend_begin, derm_site_backend_end)},
      {"sw.js", between(derm_site_service_worker_begin, derm_site_service_worker_end)},
      {"worker.js", between(derm_site_worker_begin, derm_site_worker_end)},
      {"ort-wasm-simd-threaded.wasm", between(derm_site_runtime_begin, derm_site_runtime_end)},
      {"mozjpeg_dec.wasm", between(derm_site_jpeg_begin, derm_site_jpeg_end)},
      {"THIRD_PARTY.txt", between(derm_site_licences_begin, derm_site_licences_end)}};
  return kFiles;
}

}  // namespace derm
