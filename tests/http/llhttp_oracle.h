// A second opinion: what llhttp alone, with its own body states, reads from the same bytes.
//
// Request smuggling is two parsers that disagree. Where both find a complete request, ours and
// llhttp's must be the same ones. llhttp is set to go on after Connection: close, to ignore
// upgrades and to read HTTP/1.2, as ours does; it accepts more, which is why it is no judge of
// errors.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rill::http {

/// "POST /target body" for each complete request before the first error.
std::vector<std::string> llhttp_requests(std::string_view bytes);

/// The same from RequestParser.
std::vector<std::string> own_requests(std::string_view bytes);

/// Whether one list is the beginning of the other.
bool agree(const std::vector<std::string>& a, const std::vector<std::string>& b);

}  // namespace rill::http
