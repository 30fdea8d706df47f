// The body of a message: takes the framing away and hands the content on, without storing it.
//
// By length, in chunks (RFC 9112 section 7.1), or up to the end of the stream. Pieces are views
// into the caller's bytes. The chunk grammar is read strictly: hexadecimal digits only, CR LF only,
// no space after a size that no extension follows. Trailer fields are checked and dropped (RFC
// 9110 6.5.1 allows it; merging them is how a trailer becomes a header).
//
// Framing is paid for: sizes, extensions and trailers have one budget for the whole body, with some
// bytes free for each chunk, so that a peer cannot send megabytes of extensions around one byte of
// content (CVE-2023-39326, CVE-2024-22019).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "net/http/message.h"

namespace rill::http {

class BodyDecoder {
 public:
  enum class Fault : std::uint8_t { none, malformed, too_large, truncated };

  static constexpr std::size_t kFreeFramingBytes = 32;      // per chunk: "ffffffff;a=b" and ends
  static constexpr std::size_t kFramingBudgetBytes = 8192;  // above that, for the whole body

  /// Content longer than `limit_bytes` is Fault::too_large, as soon as it is known.
  void start_length(std::uint64_t bytes, std::uint64_t limit_bytes);
  void start_chunked(std::uint64_t limit_bytes);
  void start_until_close(std::uint64_t limit_bytes);

  /// need_input, body (with `piece`, never empty), end or error; takes bytes from the front of
  /// `input`.
  Event next(std::string_view& input, std::string_view& piece);
  /// The stream has ended: `end`, or `error` with Fault::truncated.
  Event finish();

  Fault fault() const { return fault_; }

 private:
  enum class State : std::uint8_t {
    length,
    until_close,
    done,
    failed,
    // Chunked, in the order of the grammar.
    size_start,
    size,
    size_lf,
    extension_start,
    extension_name,
    extension_name_space,
    extension_equals,
    extension_value,
    quoted,
    quoted_escape,
    quoted_end,
    semicolon,
    data,
    data_cr,
    data_lf,
    trailer_start,
    trailer_name,
    trailer_value,
    trailer_lf,
    last_lf,
  };

  State next_state(char c);
  State after_size_digit(char c);
  State begin_data();
  Event fail(Fault fault);

  std::uint64_t remaining_bytes_ = 0;  // of the body, or of the chunk (its size while that is read)
  std::uint64_t limit_bytes_ = 0;      // content that may still come
  std::size_t free_bytes_ = 0;         // framing bytes this chunk still has for free
  std::size_t budget_bytes_ = 0;
  State state_ = State::done;
  Fault fault_ = Fault::none;
};

}  // namespace rill::http
