// HTTP/1.x responses, the client's side: bytes in, events out (as RequestParser, see there).
//
//   parser.start(Method::get);               // before each response: HEAD's answer has no body
//   while (the stream has bytes) ... parser.next(input) ...
//   at the end of the stream:  parser.finish()   // end, or error truncated
//
// A body that ends with the connection is complete only when finish() says so, and then cannot be
// told from one that was cut; one with a length or in chunks is never taken for complete when it is
// short. Interim (1xx) responses are skipped, with a bound. What is left in `input` after
// Event::end was not asked for: such a connection must not be used again.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "net/http/body_decoder.h"
#include "net/http/head_parser.h"
#include "net/http/head_reader.h"
#include "net/http/message.h"
#include "net/http/request_parser.h"

namespace rill::http {

/// A response's head. Every view is into the parser's buffer: valid until start().
struct Response {
  int status = 0;           ///< 200 to 999; treat what you do not know as the x00 of its class
  std::string_view reason;  ///< may be empty, means nothing
  int minor_version = 1;    ///< HTTP/1.0 or HTTP/1.1; a later 1.x counts as 1
  FieldList fields;
  bool keep_alive = true;         ///< the connection may be used again after Event::end
  bool ends_with_stream = false;  ///< no length, no chunks: the body is what comes until the end
  std::optional<std::uint64_t>
      content_length;  ///< of the body; for HEAD and 304, of what GET gives
};

enum class ResponseFault : std::uint8_t {
  none,
  malformed,       ///< no HTTP/1.x response, or a framing that cannot be trusted
  unknown_coding,  ///< Transfer-Encoding beyond chunked, which nobody asked for
  head_too_large,  ///< Limits::start_line_bytes, header_bytes, field_count
  body_too_large,  ///< Limits::body_bytes; the head has been handed out before
  interim_flood,   ///< more 1xx than Limits::interim_responses
  truncated,       ///< the stream ended inside the response, or before it
};

/// "the response was cut short"
std::string_view to_string(ResponseFault fault);

class ResponseParser {
 public:
  explicit ResponseParser(const Limits& limits = {});

  /// Gets ready for the response to a request with that method. The last response's views end here.
  void start(Method method);

  /// The next event; takes what it used from the front of `input`. An error is final; after
  /// Event::end it takes nothing and returns Event::end until start().
  Event next(std::string_view& input);
  /// The peer has closed its side: Event::end or Event::error.
  Event finish();

  const Response& response() const { return response_; }  ///< from Event::head on
  std::string_view body() const { return body_; }  ///< after Event::body, into the caller's bytes
  ResponseFault fault() const { return fault_; }   ///< after Event::error

  /// Whether one of the interim responses so far was "100 Continue".
  bool has_continued() const { return has_continued_; }

  /// Not a byte of the response has come, also if finish() says truncated: a request on a reused
  /// connection may then be sent again on a new one (RFC 9112 9.3.1).
  bool idle() const {
    return reader_.empty() && interim_count_ == 0 &&
           (fault_ == ResponseFault::none || fault_ == ResponseFault::truncated);
  }

 private:
  enum class State : std::uint8_t { head, body, ended, failed };

  Event read_head(std::string_view& input);
  bool read_status_line();
  Event start_body();
  Event settle(Event event);
  Event fail(ResponseFault fault);

  Limits limits_;
  HeadReader reader_;
  HeadParser parser_;
  BodyDecoder decoder_;
  Response response_;
  std::string_view body_;
  std::size_t interim_count_ = 0;
  bool has_continued_ = false;
  Method method_ = Method::get;
  State state_ = State::head;
  ResponseFault fault_ = ResponseFault::none;
};

}  // namespace rill::http
