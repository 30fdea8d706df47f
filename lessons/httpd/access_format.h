// An access as a line of a log: Common Log Format, Combined, or JSON.
//
//   127.0.0.1 - - [26/Nov/2026:04:40:00 +0000] "GET /a HTTP/1.1" 200 5
//   ... the same, and then "http://referrer/" "user agent"
//   {"time":"2026-11-26T04:40:00Z","client":"127.0.0.1","port":40001,"method":"GET",...}
//
// The first two as Apache documents them (mod_log_config: "%h %l %u %t \"%r\" %>s %b"), in UTC; a
// request that was not understood is "-" there and null in JSON. JSON is one object to a line (RFC
// 8259), times as in RFC 3339.
// Invariant: a line is ASCII without control bytes, whatever the client sent, so it cannot forge a
// second line, nor act on the terminal of who reads it. Quotes, backslashes and all other bytes
// are escaped: \" \\ \xHH as Apache does, in JSON as JSON does; there a byte that is not UTF-8 is
// U+FFFD. What a client sent is cut after kMostFieldBytes and ends in "..." then.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "lessons/httpd/access.h"

namespace rill::httpd {

enum class AccessFormat : std::uint8_t { common, combined, json };

inline constexpr std::size_t kMostFieldBytes = 2048;

class AccessFormatter {
 public:
  explicit AccessFormatter(AccessFormat format) : format_(format) {}

  /// Appends the line and its "\n".
  void append(std::string& out, const Access& access);

 private:
  void append_common(std::string& out, const Access& access);
  void append_json(std::string& out, const Access& access);

  AccessFormat format_;
  std::int64_t seconds_ = -1;  // of time_, which is made once a second
  std::string time_;
};

}  // namespace rill::httpd
