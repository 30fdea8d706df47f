// Collects the bytes of one message head, cut anyhow, until the empty line that ends it.
//
// Invariant: what it accepts is lines of no control byte but HTAB, each ended by CR LF, none
// folded. It refuses a bare CR, a bare LF and NUL at the byte where they are (RFC 9112 2.2 and
// section 5 of RFC 9110), which is stricter than llhttp: the two readings of a bare LF are what
// request smuggling is made of. What the lines mean is for HeadParser.
//
// Limits count bytes from the start of a line or of the section, never per call, so that every way
// of cutting the input ends in the same state.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "net/http/message.h"

namespace rill::http {

/// Whose head it is: a server reads requests, a client responses.
enum class Role : std::uint8_t { request, response };

class HeadReader {
 public:
  enum class State : std::uint8_t {
    need_input,       ///< `input` is used up
    start_line,       ///< returned once, when the start line is complete; call again for the rest
    complete,         ///< head() is complete
    bad_bytes,        ///< control byte, bare CR or LF, too many empty lines, space before a field
    start_line_long,  ///< Limits::start_line_bytes
    header_long,      ///< Limits::header_bytes or field_count
  };

  HeadReader(Role role, const Limits& limits) : role_(role), limits_(limits) {}

  /// Takes bytes from the front of `input`. After an error or `complete`, call reset() first.
  State read(std::string_view& input);

  /// Forgets the head; keeps the memory unless the head was unusually large.
  void reset();

  /// No byte of a head has come yet (empty lines before a request do not count).
  bool empty() const { return buffer_.empty(); }
  /// Without its line end. Valid until reset(), and until the next read() before `complete`.
  std::string_view start_line() const;
  /// The whole head, through the empty line. Valid until reset().
  const std::string& head() const { return buffer_; }

 private:
  bool may_begin_message(char first) const;
  bool unfold();
  State limit_passed(std::size_t size) const;
  State end_line(std::size_t size);

  Role role_;
  Limits limits_;
  std::string buffer_;
  std::size_t line_begin_ = 0;        // where the current line begins in buffer_
  std::size_t start_line_bytes_ = 0;  // with its line end; 0 until it is complete
  std::size_t field_count_ = 0;
  unsigned empty_lines_ = 0;
};

}  // namespace rill::http
