// One response read from a Connection: the sans-I/O parser of net/http, fed as bytes come.
//
//   ResponseReader reader(connection, limits);
//   co_await reader.read_head(Method::get);
//   for (;;) {
//     const std::string_view piece = co_await reader.read_piece();
//     if (piece.empty()) break;                  // complete, and checked against its framing
//   }
//
// The body is never stored here: whoever wants all of it appends the pieces, a download would write
// them. Bytes behind the response stay in the connection, which is then not fit to be used again.
// Kill between two calls loses nothing; during one, the response is at an unknown place: drop the
// connection.
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string_view>

#include "net/connection.h"
#include "net/http/response_parser.h"
#include "scheduler/event.h"
#include "scheduler/time.h"

namespace rill::http {

/// The peer sent something that is no complete response within the limits.
class BadResponse : public std::runtime_error {
 public:
  explicit BadResponse(ResponseFault fault)
      : std::runtime_error(std::string(to_string(fault))), fault_(fault) {}
  ResponseFault fault() const { return fault_; }

 private:
  ResponseFault fault_;
};

/// The peer sent nothing for as long as the reader's idle timeout.
class PeerSilent : public std::runtime_error {
 public:
  PeerSilent() : std::runtime_error("the peer is silent") {}
};

class ResponseReader {
 public:
  /// `connection` must outlive the reader. Nothing is read yet. An idle timeout of 0 is none.
  ResponseReader(Connection& connection, const Limits& limits, Duration idle_timeout = {})
      : connection_(connection), parser_(limits), idle_timeout_(idle_timeout) {}

  /// Waits for the head of the response to a request with that method; interim ones are skipped.
  /// Throws BadResponse, PeerSilent, and NetError when the connection breaks.
  Task<> read_head(Method method);
  /// The next piece of the body, valid until the next call; empty when the response is complete.
  /// Throws as read_head(); a body that ends early is ResponseFault::truncated.
  Task<std::string_view> read_piece();

  const Response& response() const { return parser_.response(); }
  /// Whether any byte of the response has come. If none has, the request may be sent again on
  /// another connection (RFC 9112 9.3.1).
  bool has_begun() const { return !parser_.idle(); }
  /// After the end of the body: whether the connection may carry another request.
  bool is_reusable() const;

  /// From now on silence is no fault, until it is switched on again: the peer waits for us.
  void tolerate_silence(bool tolerates) { tolerates_silence_ = tolerates; }
  /// Set when the peer says "100 Continue"; null: nobody wants to know.
  void tell_of_continue(rill::Event* said) { continue_ = said; }

 private:
  Task<Event> next();
  Task<bool> fill();

  Connection& connection_;
  ResponseParser parser_;
  Duration idle_timeout_;
  rill::Event* continue_ = nullptr;
  std::size_t taken_bytes_ = 0;  // of connection_.unread(), by the parser
  bool tolerates_silence_ = false;
};

}  // namespace rill::http
