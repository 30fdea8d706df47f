// See head_reader.h.
#include "net/http/head_reader.h"

#include <bit>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace rill::http {

namespace {

// Robustness of RFC 9112 2.2: a server skips at least one empty line before a request.
constexpr unsigned kMaxEmptyLines = 4;
// A buffer that grew beyond this for one message is given back after it.
constexpr std::size_t kKeepBytes = 4096;

// The first byte below 0x20 in [at, end), or end.
const char* find_control(const char* at, const char* end) {
#if defined(__SSE2__)  // every x86-64; elsewhere byte by byte
  const __m128i most = _mm_set1_epi8(0x1f);
  for (; end - at >= 16; at += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const int hits = _mm_movemask_epi8(_mm_cmpeq_epi8(_mm_min_epu8(bytes, most), bytes));
    if (hits != 0) return at + std::countr_zero(static_cast<unsigned>(hits));
  }
#endif
  while (at != end && static_cast<unsigned char>(*at) >= 0x20) ++at;
  return at;
}

const char* find_line_end(const char* at, const char* end) {
  at = find_control(at, end);
  while (at != end && *at == '\t') at = find_control(at + 1, end);
  return at;
}

}  // namespace

HeadReader::State HeadReader::read(std::string_view& input) {
  // Bytes are copied once, when this returns: [copied, at) is read but not yet in buffer_.
  const char* at = input.data();
  const char* copied = at;
  const char* const end = at + input.size();
  const auto copy = [&] {
    buffer_.append(copied, static_cast<std::size_t>(at - copied));
    copied = at;
  };
  const auto size = [&] { return buffer_.size() + static_cast<std::size_t>(at - copied); };
  bool cr_seen = size() > line_begin_ && buffer_.back() == '\r';
  State state = State::need_input;

  while (at != end && state == State::need_input) {
    if (!cr_seen) {
      if (size() == line_begin_ && start_line_bytes_ > 0 && is_space(*at)) {
        copy();
        if (!unfold()) return State::bad_bytes;
      }
      if (size() == 0 && !may_begin_message(*at)) return State::bad_bytes;
      at = find_line_end(at, end);
      state = limit_passed(size());
      if (at == end || state != State::need_input) break;
      if (*at++ != '\r') return State::bad_bytes;
      if (at == end) break;
    }
    if (*at++ != '\n') return State::bad_bytes;
    cr_seen = false;
    state = end_line(size());
    if (size() == 2) {  // an empty line before a request: dropped
      buffer_.clear();
      copied = at;
    }
  }
  copy();
  input.remove_prefix(at - input.data());
  return state;
}

// A request begins with its method, so a peer that speaks TLS or worse hears so at its first byte.
bool HeadReader::may_begin_message(char first) const {
  return role_ == Role::response || is_token_char(first) || first == '\r';
}

// Takes back the end of the last line: RFC 9112 5.2 wants a client to read a folded field, and lets
// a server refuse it. Nothing can be folded onto the start line.
bool HeadReader::unfold() {
  if (role_ == Role::request || line_begin_ == start_line_bytes_) return false;
  buffer_.replace(buffer_.size() - 2, 2, "  ");
  line_begin_ = start_line_bytes_;
  return true;
}

// Whether a head of `size` bytes is too large.
HeadReader::State HeadReader::limit_passed(std::size_t size) const {
  if (start_line_bytes_ == 0) {
    return size > limits_.start_line_bytes ? State::start_line_long : State::need_input;
  }
  return size - start_line_bytes_ > limits_.header_bytes ? State::header_long : State::need_input;
}

// A line has ended where the head has `size` bytes. need_input: go on.
HeadReader::State HeadReader::end_line(std::size_t size) {
  const bool is_empty = size - line_begin_ == 2;
  if (start_line_bytes_ == 0) {
    if (is_empty) {  // line_begin_ stays 0: read() drops the line
      const bool skip = role_ == Role::request && ++empty_lines_ <= kMaxEmptyLines;
      return skip ? State::need_input : State::bad_bytes;
    }
    start_line_bytes_ = line_begin_ = size;
    return State::start_line;
  }
  line_begin_ = size;
  if (is_empty) return State::complete;
  return ++field_count_ > limits_.field_count ? State::header_long : State::need_input;
}

void HeadReader::reset() {
  if (buffer_.capacity() > kKeepBytes) buffer_ = {};
  buffer_.clear();
  line_begin_ = start_line_bytes_ = field_count_ = 0;
  empty_lines_ = 0;
}

std::string_view HeadReader::start_line() const {
  return std::string_view(buffer_).substr(0, start_line_bytes_ - 2);
}

}  // namespace rill::http
