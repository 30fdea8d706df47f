// Percent-encoding (RFC 3986 section 2.1).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace rill::http {

/// Appends `text` with everything but unreserved characters as %XX: safe as one segment of a path,
/// in an attribute, and as the start of a relative link (a name like "javascript:x" or "//host"
/// keeps neither its ':' nor its '/'). Any bytes, UTF-8 or not, survive decode.
void append_percent_encoded(std::string& out, std::string_view text);

/// Every %XX as its byte, once; '+' stays. Nothing if two hexadecimal digits do not follow a '%'.
std::optional<std::string> percent_decode(std::string_view text);

/// Rewrites a path or a query so that equal ones are equal text: %XX in upper case, decoded where
/// the character is unreserved; what RFC 3986 allows in neither (controls, space, "<>\^`{|}, bytes
/// from 0x80, a '%' that starts no triplet, and '#') is encoded. Idempotent.
std::string normalise_percent(std::string_view text);

}  // namespace rill::http
