// Status codes and their reason phrases (RFC 9110 section 15 and RFC 6585).
#pragma once

#include <string_view>

namespace rill::http {

/// "Not Found" for 404; "" for a code we do not know (a reason phrase may be empty).
std::string_view reason_phrase(int status);

}  // namespace rill::http
