// Conditional requests (RFC 9110 section 13): whether a request still applies to what is there now.
//
// Pure: the request's fields and what is known of the current version go in, a verdict comes out.
// To be asked only where the answer would otherwise be a success (RFC 9110 13.2.1).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "net/http/request_parser.h"

namespace rill::http {

/// What identifies the current version of a resource.
struct Validators {
  std::string_view etag;  ///< as it stands in the ETag field; "": it has none
  std::optional<std::int64_t> modified_seconds;  ///< of Last-Modified
};

enum class Precondition : std::uint8_t {
  holds,         ///< or there is none: answer as if nothing had been asked
  not_modified,  ///< 304
  failed,        ///< 412
};

/// If-Match, If-Unmodified-Since, If-None-Match and If-Modified-Since, in the order of RFC 9110
/// 13.2.2. Dates that are none, and fields with a date that come twice, are as if they were not
/// there. `now_seconds` is for two-digit years.
Precondition check_preconditions(const Request& request, const Validators& current,
                                 std::int64_t now_seconds);

/// If-Range (RFC 9110 13.1.5): whether Range may be heeded. Only strong validators count: a strong
/// tag, or a date of Last-Modified that is over (8.8.2.2), because a file can change twice within a
/// second.
bool check_if_range(const Request& request, const Validators& current, std::int64_t now_seconds);

}  // namespace rill::http
