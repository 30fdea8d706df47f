// What both message parsers share: events, header fields, limits.
//
// The parsers are pure machines: bytes go in, events come out. They own no socket, wait for
// nothing, read no clock. Whoever feeds them decides how long to wait and where bytes come from, so
// the same parser runs over the simulated network, over real sockets and in a fuzzer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "net/http/syntax.h"

namespace rill::http {

/// What a parser's next(input) found. The parser removes what it used from the front of `input`.
enum class Event : std::uint8_t {
  need_input,  ///< all of `input` is used up; call again with more
  head,        ///< the head is complete: request() or response()
  body,        ///< a piece of the body: body(), a view into the caller's bytes
  end,         ///< the message is complete; what is left in `input` belongs to the next one
  error,       ///< error() or fault() says what; final, every later call returns it again
};

/// One header field; `value` without surrounding spaces. A view: see who hands it out for how long.
struct Field {
  std::string_view name;
  std::string_view value;
};

/// The fields of a head in the order they came. Names compare without case.
class FieldList {
 public:
  auto begin() const { return fields_.begin(); }
  auto end() const { return fields_.end(); }
  std::size_t size() const { return fields_.size(); }

  /// The value of the first field with that name.
  std::optional<std::string_view> find(std::string_view name) const {
    for (const Field& field : fields_) {
      if (equals_ignoring_case(field.name, name)) return field.value;
    }
    return std::nullopt;
  }

 private:
  friend class HeadParser;
  std::vector<Field> fields_;
};

/// Bounds on what a peer can make a parser hold or read. Memory is bounded by the first two: a body
/// is handed on in pieces and never stored.
struct Limits {
  std::size_t start_line_bytes = 8192;   ///< RFC 9112 3 wants >= 8000; without the line's end
  std::size_t header_bytes = 16384;      ///< all field lines with their ends
  std::size_t field_count = 100;         ///< field lines
  std::uint64_t body_bytes = 1'048'576;  ///< after chunks are taken apart
  std::size_t interim_responses = 16;    ///< 1xx before one final response (client only)
};

}  // namespace rill::http
