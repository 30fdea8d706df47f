// Writes message heads and chunks: the other direction of the parsers.
//
//   std::string out;                          // reused, so that nothing is allocated in the steady
//   state HeadWriter::response(out, 200)
//       .field("Date", date.text()).field("Content-Type", "text/html")
//       .content_length(bytes).connection(keep_alive, request.minor_version)
//       .end();
//
// Invariant: what it appends is exactly the lines asked for. A name, value, method or target that
// would end its line early or start another (CR, LF, NUL and the other controls) is refused by
// std::invalid_argument before anything is appended. What a peer can influence has to be encoded or
// checked before it comes here, so the exception means a mistake in the program.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace rill::http {

class HeadWriter {
 public:
  /// Appends "HTTP/1.1 404 Not Found" to `out`, which must outlive the writer. 100 <= status <=
  /// 999.
  static HeadWriter response(std::string& out, int status);
  /// Appends "GET /path HTTP/1.1". `target` as RequestParser would accept it: visible ASCII, no
  /// '#'.
  static HeadWriter request(std::string& out, std::string_view method, std::string_view target);

  HeadWriter& field(std::string_view name, std::string_view value);
  HeadWriter& content_length(std::uint64_t bytes);
  HeadWriter& chunked();  ///< Transfer-Encoding; never to a peer that speaks HTTP/1.0
  /// Says what RFC 9112 9.3 does not already imply: "close", or "keep-alive" to an HTTP/1.0 peer.
  HeadWriter& connection(bool keep_alive, int peer_minor_version = 1);
  /// Appends the empty line. The writer is used up.
  void end();

 private:
  explicit HeadWriter(std::string& out) : out_(out) {}
  std::string& out_;
};

/// Appends one chunk; nothing for empty `data`, because an empty chunk would end the body.
void append_chunk(std::string& out, std::string_view data);
/// Appends what comes before `bytes` (> 0) of chunk data; "\r\n" comes after them.
void append_chunk_start(std::string& out, std::uint64_t bytes);
/// Appends the last chunk and an empty trailer section.
void append_last_chunk(std::string& out);

}  // namespace rill::http
