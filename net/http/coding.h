// Content codings taken off while the bytes come: gzip, deflate and br (RFC 9110 8.4.1).
//
//   ContentDecoder decoder;
//   decoder.start(Coding::gzip, {.content_bytes = 1'048'576});
//   while (there is input) switch (decoder.next(input, piece)) ...   // as BodyDecoder, see there
//   at the end of the body: decoder.finish()                         // end, or error truncated
//
// A pure machine over zlib and libbrotlidec. What a few bytes may become is bounded twice: by the
// content itself, and by how many times longer it is than what was sent (a "bomb": gzip reaches
// 1032:1, br millions to one). A stream that is corrupt, ends early or has bytes behind its end is
// an error, also if all content before it was good; of br, how much of that comes out first depends
// on how the bytes arrive. Members of a gzip stream follow each other (RFC
// 1952 2.2); "deflate" is taken with the zlib wrapping that RFC 9110 wants, and without it, as some
// servers send it. A body of no bytes is no content, whatever its coding.
// Memory: about 60 KiB for gzip and deflate; for br what its window asks for, at most 16 MiB (RFC
// 7932 9.1), of which only as much is touched as content comes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "net/http/message.h"

struct z_stream_s;
struct BrotliDecoderStateStruct;

namespace rill::http {

enum class Coding : std::uint8_t { identity, gzip, deflate, br };

/// For Accept-Encoding: all that ContentDecoder knows.
inline constexpr std::string_view kAcceptedCodings = "gzip, deflate, br";

/// What a Content-Encoding says; "" and "identity" are Coding::identity, "x-gzip" is gzip. Nothing
/// for any other coding, and for more than one: nobody asks for that, and each multiplies a bomb.
std::optional<Coding> parse_coding(std::string_view content_encoding);

struct DecodeLimits {
  std::uint64_t content_bytes = 1'048'576;  ///< after decoding
  /// How many times longer than the coded bytes the content may be, once it is longer than
  /// ContentDecoder::kFreeBytes. Pages reach 3 to 20; a text of one letter 1000. 0: no bound.
  std::uint32_t most_expansion = 100;
};

class ContentDecoder {
 public:
  enum class Fault : std::uint8_t {
    none,
    corrupt,    ///< not the coding that was announced, or bytes behind its end
    truncated,  ///< the body ended inside the coded stream
    too_large,  ///< DecodeLimits::content_bytes
    bomb,       ///< DecodeLimits::most_expansion
  };

  static constexpr std::uint64_t kFreeBytes = std::uint64_t{1} << 20;

  ContentDecoder();
  ContentDecoder(ContentDecoder&&) noexcept;
  ContentDecoder& operator=(ContentDecoder&&) noexcept;
  ~ContentDecoder();

  /// Gets ready for one body. Throws std::bad_alloc.
  void start(Coding coding, const DecodeLimits& limits = {});

  /// need_input, body (with `piece`, never empty, valid until the next call) or error; takes bytes
  /// from the front of `input`. Coding::identity hands `input` on, and bounds nothing.
  Event next(std::string_view& input, std::string_view& piece);
  /// The body has ended: `end`, or `error`.
  Event finish();

  Fault fault() const { return fault_; }

 private:
  struct InflateEnd {
    void operator()(z_stream_s* stream) const;
  };
  struct BrotliEnd {
    void operator()(BrotliDecoderStateStruct* state) const;
  };

  void start_inflate(int window_bits);
  bool choose_deflate(std::string_view& input);
  std::size_t decode(std::string_view& input);
  std::size_t inflate_some(std::string_view& input);
  std::size_t unbrotli_some(std::string_view& input);
  bool is_bomb() const;
  Event fail(Fault fault);

  std::unique_ptr<z_stream_s, InflateEnd> inflate_;
  std::unique_ptr<BrotliDecoderStateStruct, BrotliEnd> brotli_;
  std::unique_ptr<char[]> output_;  // kOutputBytes, unless identity
  DecodeLimits limits_;
  std::uint64_t coded_bytes_ = 0;
  std::uint64_t content_bytes_ = 0;
  Coding coding_ = Coding::identity;
  Fault fault_ = Fault::none;
  char held_byte_ = 0;        // deflate: the first byte, until the second says what wraps it
  bool is_chosen_ = false;    // deflate: that is known
  bool has_more_ = false;     // the output was full: there may be more without more input
  bool is_complete_ = false;  // the coded stream has ended
};

std::string_view to_string(ContentDecoder::Fault fault);

}  // namespace rill::http
