// Texts that the program carries inside itself (embedded.S.in): the page and the API's description.
#pragma once

#include <string>

namespace derm {

std::string embedded_serve_html();
std::string embedded_serve_css();
std::string embedded_serve_js();
std::string embedded_serve_backend();
std::string embedded_openapi();

}  // namespace derm
