// See body_decoder.h.
#include "net/http/body_decoder.h"

#include <algorithm>

namespace rill::http {

void BodyDecoder::start_length(std::uint64_t bytes, std::uint64_t limit_bytes) {
  *this = {};
  remaining_bytes_ = bytes;
  state_ = bytes == 0 ? State::done : State::length;
  if (bytes > limit_bytes) fail(Fault::too_large);
}

void BodyDecoder::start_chunked(std::uint64_t limit_bytes) {
  *this = {};
  limit_bytes_ = limit_bytes;
  free_bytes_ = kFreeFramingBytes;
  budget_bytes_ = kFramingBudgetBytes;
  state_ = State::size_start;
}

void BodyDecoder::start_until_close(std::uint64_t limit_bytes) {
  *this = {};
  limit_bytes_ = limit_bytes;
  state_ = State::until_close;
}

Event BodyDecoder::next(std::string_view& input, std::string_view& piece) {
  for (;;) {
    if (state_ == State::done) return Event::end;
    if (state_ == State::failed) return Event::error;
    if (input.empty()) return Event::need_input;
    if (state_ == State::length || state_ == State::data || state_ == State::until_close) break;
    if (free_bytes_ > 0) {
      --free_bytes_;
    } else if (budget_bytes_-- == 0) {
      return fail(Fault::malformed);
    }
    state_ = next_state(input.front());
    input.remove_prefix(1);
    if (state_ == State::failed && fault_ == Fault::none) fault_ = Fault::malformed;
  }

  std::uint64_t& left = state_ == State::until_close ? limit_bytes_ : remaining_bytes_;
  if (left == 0) return fail(Fault::too_large);  // until_close; the others leave their state at 0
  piece = input.substr(0, std::min<std::uint64_t>(left, input.size()));
  input.remove_prefix(piece.size());
  left -= piece.size();
  if (left == 0 && state_ == State::length) state_ = State::done;
  if (left == 0 && state_ == State::data) state_ = State::data_cr;
  return Event::body;
}

Event BodyDecoder::finish() {
  if (state_ == State::until_close) state_ = State::done;
  if (state_ == State::done) return Event::end;
  return state_ == State::failed ? Event::error : fail(Fault::truncated);
}

Event BodyDecoder::fail(Fault fault) {
  state_ = State::failed;
  fault_ = fault;
  return Event::error;
}

// chunk = chunk-size [ chunk-ext ] CRLF chunk-data CRLF
// chunk-ext = *( BWS ";" BWS name [ BWS "=" BWS ( token / quoted-string ) ] )
BodyDecoder::State BodyDecoder::next_state(char c) {
  const auto when = [](bool condition, State state) { return condition ? state : State::failed; };
  // After an item that may be the line's last; a space must be followed by an extension.
  const auto after_item = [c] {
    if (c == '\r') return State::size_lf;
    if (c == ';') return State::extension_start;
    return is_space(c) ? State::semicolon : State::failed;
  };

  switch (state_) {
    case State::size_start:
      return hex_digit(c) >= 0 ? after_size_digit(c) : State::failed;
    case State::size:
      return hex_digit(c) >= 0 ? after_size_digit(c) : after_item();
    case State::size_lf:
      return c == '\n' ? begin_data() : State::failed;

    case State::extension_start:
      return is_space(c) ? state_ : when(is_token_char(c), State::extension_name);
    case State::extension_name:
      if (is_token_char(c)) return state_;
      if (is_space(c)) return State::extension_name_space;
      return c == '=' ? State::extension_equals : after_item();
    case State::extension_name_space:
      if (is_space(c)) return state_;
      return c == '=' ? State::extension_equals : when(c == ';', State::extension_start);
    case State::extension_equals:
      if (is_space(c)) return state_;
      return c == '"' ? State::quoted : when(is_token_char(c), State::extension_value);
    case State::extension_value:
      return is_token_char(c) ? state_ : after_item();
    case State::quoted:
      if (c == '"') return State::quoted_end;
      return c == '\\' ? State::quoted_escape : when(is_field_value_char(c), state_);
    case State::quoted_escape:
      return when(is_field_value_char(c), State::quoted);
    case State::quoted_end:
      return after_item();
    case State::semicolon:
      return is_space(c) ? state_ : when(c == ';', State::extension_start);

    case State::data_cr:
      return when(c == '\r', State::data_lf);
    case State::data_lf:
      free_bytes_ = kFreeFramingBytes;
      return when(c == '\n', State::size_start);

    case State::trailer_start:
      return c == '\r' ? State::last_lf : when(is_token_char(c), State::trailer_name);
    case State::trailer_name:
      return is_token_char(c) ? state_ : when(c == ':', State::trailer_value);
    case State::trailer_value:
      return c == '\r' ? State::trailer_lf : when(is_field_value_char(c), state_);
    case State::trailer_lf:
      return when(c == '\n', State::trailer_start);
    case State::last_lf:
      return when(c == '\n', State::done);

    case State::length:
    case State::until_close:
    case State::data:
    case State::done:
    case State::failed:
      break;  // next() handles these
  }
  return State::failed;
}

BodyDecoder::State BodyDecoder::after_size_digit(char c) {
  if (state_ == State::size_start) remaining_bytes_ = 0;
  if (remaining_bytes_ >> 60 != 0) {
    fault_ = Fault::too_large;
    return State::failed;
  }
  remaining_bytes_ = remaining_bytes_ << 4 | static_cast<unsigned>(hex_digit(c));
  return State::size;
}

BodyDecoder::State BodyDecoder::begin_data() {
  if (remaining_bytes_ == 0) return State::trailer_start;
  if (remaining_bytes_ > limit_bytes_) {
    fault_ = Fault::too_large;
    return State::failed;
  }
  limit_bytes_ -= remaining_bytes_;
  return State::data;
}

}  // namespace rill::http
