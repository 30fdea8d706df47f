// See response_parser.h.
#include "net/http/response_parser.h"

namespace rill::http {

ResponseParser::ResponseParser(const Limits& limits)
    : limits_(limits), reader_(Role::response, limits) {}

void ResponseParser::start(Method method) {
  reader_.reset();
  interim_count_ = 0;
  has_continued_ = false;
  method_ = method;
  state_ = State::head;
  fault_ = ResponseFault::none;
}

Event ResponseParser::next(std::string_view& input) {
  switch (state_) {
    case State::head:
      return read_head(input);
    case State::body:
      return settle(decoder_.next(input, body_));
    case State::ended:
      return Event::end;
    case State::failed:
      break;
  }
  return Event::error;
}

Event ResponseParser::finish() {
  if (state_ == State::head) return fail(ResponseFault::truncated);
  if (state_ == State::body) return settle(decoder_.finish());
  return state_ == State::ended ? Event::end : Event::error;
}

// Takes note of what the decoder said.
Event ResponseParser::settle(Event event) {
  if (event == Event::end) state_ = State::ended;
  if (event != Event::error) return event;
  switch (decoder_.fault()) {
    case BodyDecoder::Fault::too_large:
      return fail(ResponseFault::body_too_large);
    case BodyDecoder::Fault::truncated:
      return fail(ResponseFault::truncated);
    default:
      return fail(ResponseFault::malformed);
  }
}

Event ResponseParser::fail(ResponseFault fault) {
  state_ = State::failed;
  fault_ = fault;
  return Event::error;
}

Event ResponseParser::read_head(std::string_view& input) {
  for (;;) {
    switch (reader_.read(input)) {
      case HeadReader::State::need_input:
        return Event::need_input;
      case HeadReader::State::start_line:
        if (!read_status_line()) return fail(ResponseFault::malformed);
        break;
      case HeadReader::State::complete:
        read_status_line();  // again: the buffer may have moved since it was checked
        if (!parser_.parse(Role::response, reader_.head(), response_.minor_version,
                           response_.fields)) {
          return fail(ResponseFault::malformed);
        }
        if (response_.status >= 200) return start_body();
        has_continued_ |= response_.status == 100;
        if (++interim_count_ > limits_.interim_responses) return fail(ResponseFault::interim_flood);
        reader_.reset();
        break;
      case HeadReader::State::bad_bytes:
        return fail(ResponseFault::malformed);
      case HeadReader::State::start_line_long:
      case HeadReader::State::header_long:
        return fail(ResponseFault::head_too_large);
    }
  }
}

// status-line = HTTP-version SP 3DIGIT SP [ reason ] (RFC 9112 section 4). The second space is
// often forgotten when there is no reason, and nothing hangs on it.
bool ResponseParser::read_status_line() {
  const std::string_view line = reader_.start_line();
  if (line.size() < 12 || !line.starts_with("HTTP/1.") || !is_digit(line[7]) || line[8] != ' ' ||
      (line.size() > 12 && line[12] != ' ')) {
    return false;
  }
  const auto status = parse_decimal(line.substr(9, 3));
  if (!status || *status < 100 || *status == 101) return false;  // 101: nobody asked for an upgrade
  response_.status = static_cast<int>(*status);
  response_.minor_version = line[7] == '0' ? 0 : 1;
  response_.reason = line.size() > 12 ? line.substr(13) : std::string_view();
  return is_field_value(response_.reason);
}

// RFC 9112 6.3.
Event ResponseParser::start_body() {
  const Framing framing = parser_.framing();
  const bool has_no_body =
      method_ == Method::head || response_.status == 204 || response_.status == 304;
  response_.ends_with_stream = !has_no_body && framing == Framing::none;
  response_.keep_alive = parser_.keep_alive() && !response_.ends_with_stream;
  response_.content_length.reset();
  if (framing == Framing::length) response_.content_length = parser_.content_length();

  if (has_no_body) {
    decoder_.start_length(0, 0);
  } else if (framing == Framing::none) {
    decoder_.start_until_close(limits_.body_bytes);
  } else if (framing == Framing::length) {
    decoder_.start_length(parser_.content_length(), limits_.body_bytes);
  } else if (framing == Framing::chunked) {
    decoder_.start_chunked(limits_.body_bytes);
  } else {
    return fail(ResponseFault::unknown_coding);
  }
  state_ = State::body;
  return Event::head;
}

std::string_view to_string(ResponseFault fault) {
  switch (fault) {
    case ResponseFault::none:
      return "no fault";
    case ResponseFault::malformed:
      return "the response is malformed";
    case ResponseFault::unknown_coding:
      return "the response has an unknown transfer coding";
    case ResponseFault::head_too_large:
      return "the response's head is too large";
    case ResponseFault::body_too_large:
      return "the response's body is too large";
    case ResponseFault::interim_flood:
      return "too many interim responses";
    case ResponseFault::truncated:
      return "the response was cut short";
  }
  return "unknown fault";
}

}  // namespace rill::http
