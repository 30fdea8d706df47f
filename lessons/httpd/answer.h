// Answer: what a request gets - a status, bytes of a file or a page, and the fields that go with
// it.
//
// Invariant: the length that the head promises is known before the first byte leaves, so every
// answer with a body has a Content-Length and the client can tell a complete body from a broken
// connection.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "lessons/httpd/site.h"
#include "net/http/range.h"
#include "net/http/writer.h"

namespace rill::httpd {

/// The ETag of a file: a digest of its version, the same after a restart. (Not the version itself:
/// an inode is nobody's business.) Weak (RFC 9110 8.8.1) while the file may still change without a
/// change of its time.
class FileTag {
 public:
  FileTag() = default;
  FileTag(const FileVersion& version, bool is_weak);
  /// "" for none.
  std::string_view text() const { return {characters_.data(), size_}; }

 private:
  std::array<char, 20> characters_;  // W/, two quotes, 16 digits
  std::uint8_t size_ = 0;
};

/// A part of multipart/byteranges: its delimiter and head, and the bytes of the file behind them.
struct Part {
  std::string head;
  http::ByteRange bytes;
};

struct Answer {
  int status = 200;
  std::string_view type;  ///< media type of the file or page

  // The body: the file's bytes in `bytes`, or each of `parts`; behind them the page. Most answers
  // have one of the three.
  Content file;
  http::ByteRange bytes;
  std::vector<Part> parts;
  std::string page;

  FileTag tag;                        ///< of the file
  std::int64_t modified_seconds = 0;  ///< of the file; not later than the Date (RFC 9110 8.8.2.1)
  std::string_view coding;            ///< of the file, "gzip" or "br"; "": as it is
  bool varies = false;                ///< another Accept-Encoding may get another coding
  std::string content_range;          ///< of 206 with one range, and of 416
  std::string location;               ///< of a redirect
  std::string_view allowed;           ///< methods, for 405 and OPTIONS
  std::string_view retry_after;       ///< seconds, for 429 and 503

  std::uint64_t size_bytes() const;
};

/// A small page that says what is wrong; `sentence` may be empty. 429 and 503 say when to come
/// back.
Answer error_answer(int status, std::string_view sentence);

/// Makes the answer, to a whole file, one to these ranges of it: 206.
void choose_ranges(Answer& answer, const http::RangeSet& ranges);

/// How the exchange that an answer belongs to goes on.
struct Manner {
  bool keep_alive = true;
  int minor_version = 1;  ///< of the request
  std::string_view date;  ///< as DateText has it
};

/// Appends the head of `answer` to `out`.
void append_head(std::string& out, const Answer& answer, const Manner& manner);

}  // namespace rill::httpd
