#include "serve/embedded.h"

extern "C" {
extern const char derm_serve_html_begin[], derm_serve_html_end[];
extern const char derm_serve_css_begin[], derm_serve_css_end[];
extern const char derm_serve_js_begin[], derm_serve_js_end[];
extern const char derm_serve_backend_begin[], derm_serve_backend_end[];
extern const char derm_openapi_begin[], derm_openapi_end[];
}

namespace derm {

std::string embedded_serve_html() {
  return {derm_serve_html_begin, derm_serve_html_end};
}

std::string embedded_serve_css() {
  return {derm_serve_css_begin, derm_serve_css_end};
}

std::string embedded_serve_js() {
  return {derm_serve_js_begin, derm_serve_js_end};
}

std::string embedded_serve_backend() {
  return {derm_serve_backend_begin, derm_serve_backend_end};
}

std::string embedded_openapi() {
  return {derm_openapi_begin, derm_openapi_end};
}

}  // namespace derm
