// HTTP/1.x requests, the server's side: bytes in, events out.
//
//   RequestParser parser;
//   for (std::string_view input = received;;) {
//     switch (parser.next(input)) {
//       case Event::need_input: receive more into `input`; break;
//       case Event::head:       look at parser.request(); break;
//       case Event::body:       use parser.body(); break;
//       case Event::end:        answer; `input` may hold the next request already; break;
//       case Event::error:      answer parser.error().status, close; break;
//     }
//   }
//
// Strict by RFC 9112: what two servers could read differently is refused, never repaired. Any way
// of cutting the bytes gives the same events (pieces of a body apart). In the steady state a
// request costs no allocation: the head is copied into one buffer that the next request reuses.
#pragma once

#include <cstdint>
#include <string_view>

#include "net/http/body_decoder.h"
#include "net/http/head_parser.h"
#include "net/http/head_reader.h"
#include "net/http/message.h"

namespace rill::http {

/// The methods of RFC 9110 section 9 and PATCH; a request with another is answered 501.
enum class Method : std::uint8_t { get, head, post, put, delete_, connect, options, trace, patch };

/// A request's head. Every view is into the parser's buffer: valid until the call of next() that
/// follows Event::end.
struct Request {
  Method method = Method::get;
  std::string_view method_name;  ///< "GET"
  std::string_view target;       ///< as sent: "/a%20b?q=1", "http://host/a", "*", "host:443"
  std::string_view path;         ///< begins with '/', not decoded; "*"; "" for CONNECT
  std::string_view query;        ///< after '?', not decoded
  bool has_query = false;
  std::string_view authority;  ///< of an absolute target, else Host; "" only in HTTP/1.0
  int minor_version = 1;       ///< HTTP/1.0 or HTTP/1.1; a later 1.x counts as 1
  FieldList fields;
  bool keep_alive = true;         ///< what the client wants; the server may close anyway
  bool expects_continue = false;  ///< waits for "100 Continue" before it sends the body
  bool expects_other = false;     ///< something that nobody knows: 417 is the answer
  bool has_body = false;          ///< Content-Length above 0, or chunked
  bool is_chunked = false;
  std::uint64_t content_length = 0;  ///< 0 when chunked
};

/// Why a request is refused: 400, 413, 414, 431, 501 or 505, and a sentence for the log or the page
/// (static, no bytes of the peer in it). After an error the connection cannot be used again.
struct RequestError {
  int status = 0;
  std::string_view reason;
};

class RequestParser {
 public:
  explicit RequestParser(const Limits& limits = {});

  /// The next event; takes what it used from the front of `input`. An error is final.
  Event next(std::string_view& input);

  const Request& request() const { return request_; }  ///< from Event::head on
  std::string_view body() const { return body_; }  ///< after Event::body, into the caller's bytes
  const RequestError& error() const { return error_; }  ///< after Event::error

  /// No byte of a request is pending: if the stream ends here, nothing was cut off.
  bool idle() const { return state_ == State::ended || (state_ == State::head && reader_.empty()); }

 private:
  enum class State : std::uint8_t { head, body, ended, failed };

  Event read_head(std::string_view& input);
  bool read_request_line();
  bool read_target();
  bool read_fields();
  Event start_body();
  bool refuse(int status, std::string_view reason);

  Limits limits_;
  HeadReader reader_;
  HeadParser parser_;
  BodyDecoder decoder_;
  Request request_;
  RequestError error_;
  std::string_view body_;
  State state_ = State::head;
};

}  // namespace rill::http
