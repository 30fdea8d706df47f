// Any bytes as a chunked body: no crash, the same content for every cut, and the verdict of a
// second decoder, which reads RFC 9112 section 7.1 word by word and has all the bytes at once.
#include <cstdlib>
#include <string>
#include <string_view>

#include "net/http/body_decoder.h"
#include "net/http/syntax.h"
#include "tests/http/transcript.h"

using namespace rill::http;

namespace {

constexpr std::uint64_t kLimitBytes = 200;

struct Outcome {
  enum class Kind : std::uint8_t { complete, refused, cut_off } kind = Kind::cut_off;
  std::string content;
  std::size_t used_bytes = 0;  // when complete
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

Outcome decoded(std::string_view bytes, const Cuts& cuts) {
  BodyDecoder decoder;
  decoder.start_chunked(kLimitBytes);
  Outcome outcome;
  Event event = Event::need_input;
  std::string memory;
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= cuts.size() && event == Event::need_input; ++i) {
    const std::size_t end = i < cuts.size() ? std::min(cuts[i], bytes.size()) : bytes.size();
    if (end < begin) continue;
    memory.assign(bytes.substr(begin, end - begin));
    std::string_view input = memory;
    std::string_view piece;
    while ((event = decoder.next(input, piece)) == Event::body) {
      if (piece.empty()) std::abort();
      outcome.content += piece;
    }
    begin = end - input.size();
    outcome.used_bytes = begin;
  }
  if (event == Event::end) {
    outcome.kind = Outcome::Kind::complete;
    return outcome;
  }
  outcome.used_bytes = 0;
  if (event == Event::error) {
    outcome.kind = Outcome::Kind::refused;
  } else if (decoder.finish() != Event::error || decoder.fault() != BodyDecoder::Fault::truncated) {
    std::abort();
  }
  return outcome;
}

/// Rules of the grammar. Each throws the verdict as soon as the bytes cannot match, or end.
class Reference {
 public:
  explicit Reference(std::string_view bytes) : bytes_(bytes) {}

  Outcome read() {
    try {
      while (chunk()) {
      }
      outcome_.kind = Outcome::Kind::complete;
      outcome_.used_bytes = at_;
    } catch (Outcome::Kind verdict) {
      outcome_.kind = verdict;
    }
    return outcome_;
  }

 private:
  char peek() const {
    if (at_ == bytes_.size()) throw Outcome::Kind::cut_off;
    return bytes_[at_];
  }
  char take() {
    const char c = peek();
    ++at_;
    return c;
  }
  static void require(bool condition) {
    if (!condition) throw Outcome::Kind::refused;
  }
  void expect(char c) { require(take() == c); }
  bool spaces() {
    const std::size_t before = at_;
    while (is_space(peek())) ++at_;
    return at_ != before;
  }
  void token() {
    require(is_token_char(take()));
    while (is_token_char(peek())) ++at_;
  }

  /// False after the last one and its trailers.
  bool chunk() {
    std::uint64_t size = 0;
    require(hex_digit(peek()) >= 0);
    while (hex_digit(peek()) >= 0) {
      require(size < std::uint64_t{1} << 60);
      size = size * 16 + static_cast<std::uint64_t>(hex_digit(take()));
    }
    bool was_space = spaces();
    while (peek() == ';') {
      ++at_;
      spaces();
      token();
      was_space = spaces();
      if (peek() != '=') continue;
      ++at_;
      spaces();
      if (peek() == '"') {
        quoted();
      } else {
        token();
      }
      was_space = spaces();
    }
    require(!was_space);
    line_end();
    if (size == 0) {
      trailers();
      return false;
    }
    require(size <= kLimitBytes - outcome_.content.size());
    for (; size > 0; --size) outcome_.content += take();
    line_end();
    return true;
  }

  void quoted() {
    expect('"');
    for (;;) {
      const char c = take();
      if (c == '"') return;
      require(is_field_value_char(c == '\\' ? take() : c));
    }
  }
  void trailers() {
    while (peek() != '\r') {
      token();
      expect(':');
      while (peek() != '\r') require(is_field_value_char(take()));
      line_end();
    }
    line_end();
  }
  void line_end() {
    expect('\r');
    expect('\n');
  }

  std::string_view bytes_;
  std::size_t at_ = 0;
  Outcome outcome_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const Outcome whole = decoded(bytes, {});
  if (decoded(bytes, every_byte(bytes)) != whole) std::abort();
  if (size > 0 && decoded(bytes, {data[0] % size, data[size - 1] + size / 2}) != whole)
    std::abort();
  // Longer ones may exceed the budget for framing, of which the grammar knows nothing.
  if (size <= BodyDecoder::kFramingBudgetBytes && Reference(bytes).read() != whole) std::abort();
  return 0;
}
