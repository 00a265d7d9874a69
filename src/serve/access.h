// Who may ask: a token, or a browser page of this very server on this very machine.
#pragma once

#include <string>

#include "serve/http.h"

namespace derm {

inline constexpr size_t kMinTokenBytes = 16;

// Throws UsageError: an address that is not loopback without a token, or a short token.
void check_exposure(const std::string& host, const std::string& token);

// Throws HttpError 401 where `token` is not empty and the request does not carry it, 403 below.
//
// Without a token, a request must be addressed to this machine by name: a page of another site
// whose name was pointed here (DNS rebinding) is refused. Where a browser says that a page of
// another origin sends something (CSRF), that is refused too.
void check_token(const HttpRequest& request, const std::string& token);
void check_origin(const HttpRequest& request, bool has_token);

}  // namespace derm
