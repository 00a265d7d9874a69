// multipart/form-data (RFC 7578), one field of it.
#pragma once

#include <string>
#include <string_view>

namespace derm {

// The bytes of the only part called `field`; they lie in `body`. `content_type`: the request's
// header, with its boundary. Throws HttpError 400: no boundary, no such field or two, cut off.
std::string_view multipart_field(std::string_view body, const std::string& content_type,
                                 const std::string& field);

}  // namespace derm
