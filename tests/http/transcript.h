// What a parser makes of some bytes, as text: the one form in which tests and fuzzers compare.
//
// The bytes are fed in pieces, each copied over the one before, so that a view that is kept too
// long shows other bytes, and the transcript differs. Pieces of a body are joined.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "net/http/links.h"
#include "net/http/request_parser.h"
#include "net/http/response_parser.h"

namespace rill::http {

/// Ends of pieces in ascending order; what follows the last is one more piece.
using Cuts = std::vector<std::size_t>;

/// Cuts after every byte.
Cuts every_byte(std::string_view bytes);

/// One line per request: "GET /a 1.1 host=h keep-alive | Name=value ... | body", then how it ended:
/// "idle", "unfinished" or "error 400".
std::string request_transcript(std::string_view bytes, const Cuts& cuts = {},
                               const Limits& limits = {});

/// Likewise for one response, up to the end of the stream: "200 1.1 keep-alive | ... | body", then
/// "end, 3 bytes left" or "error " and the fault.
std::string response_transcript(std::string_view bytes, const Cuts& cuts = {},
                                Method method = Method::get, const Limits& limits = {});

/// "a=/x (nofollow) img=/y.png 'the title'"
std::string link_transcript(std::string_view html, const Cuts& cuts = {});

/// The status that a request is refused with, 200 when the bytes are one complete request and
/// nothing more, 0 when more is wanted.
int request_status(std::string_view bytes);

}  // namespace rill::http
