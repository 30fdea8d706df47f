// Answer: what a request gets - a status, a file or a page, and the few fields that go with it.
//
// Invariant: the length that the head promises is known before the first byte leaves, so every
// answer has a Content-Length and the client can tell a complete body from a broken connection.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "lessons/httpd/site.h"
#include "net/http/writer.h"

namespace rill::httpd {

struct Answer {
  int status = 200;
  std::string_view type;         ///< media type of the body
  Content file;                  ///< the body, if open; ...
  std::string page;              ///< ... otherwise this
  std::string location;          ///< of a redirect
  std::string_view allowed;      ///< methods, for 405
  std::string_view retry_after;  ///< seconds, for 429 and 503

  std::uint64_t size_bytes() const { return file.is_open() ? file.size_bytes() : page.size(); }
  /// Fills `to` from `offset` on; fewer bytes only if the file has become shorter.
  std::size_t read(std::uint64_t offset, std::span<char> to);
};

/// A small page that says what is wrong; `sentence` may be empty.
Answer error_answer(int status, std::string_view sentence);

/// How the exchange that an answer belongs to goes on.
struct Manner {
  bool keep_alive = true;
  int minor_version = 1;  ///< of the request
  std::string_view date;  ///< as DateText has it
};

/// Appends the head of `answer` to `out`.
void append_head(std::string& out, const Answer& answer, const Manner& manner);

}  // namespace rill::httpd
