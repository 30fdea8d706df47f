// See request_parser.h.
#include "net/http/request_parser.h"

#include <optional>
#include <utility>

#include "net/http/host.h"

namespace rill::http {

namespace {

std::optional<Method> find_method(std::string_view name) {
  static constexpr std::pair<std::string_view, Method> kMethods[] = {
      {"GET", Method::get},         {"HEAD", Method::head},      {"POST", Method::post},
      {"PUT", Method::put},         {"DELETE", Method::delete_}, {"CONNECT", Method::connect},
      {"OPTIONS", Method::options}, {"TRACE", Method::trace},    {"PATCH", Method::patch},
  };
  for (const auto& [known, method] : kMethods) {
    if (name == known) return method;
  }
  return std::nullopt;
}

}  // namespace

RequestParser::RequestParser(const Limits& limits)
    : limits_(limits), reader_(Role::request, limits) {}

Event RequestParser::next(std::string_view& input) {
  switch (state_) {
    case State::ended:
      reader_.reset();
      state_ = State::head;
      [[fallthrough]];
    case State::head:
      return read_head(input);
    case State::body: {
      const Event event = decoder_.next(input, body_);
      if (event == Event::end) state_ = State::ended;
      if (event == Event::error) {
        const bool too_large = decoder_.fault() == BodyDecoder::Fault::too_large;
        refuse(too_large ? 413 : 400, too_large ? "body too large" : "malformed chunked body");
      }
      return event;
    }
    case State::failed:
      break;
  }
  return Event::error;
}

bool RequestParser::refuse(int status, std::string_view reason) {
  state_ = State::failed;
  error_ = {status, reason};
  return false;
}

Event RequestParser::read_head(std::string_view& input) {
  for (;;) {
    switch (reader_.read(input)) {
      case HeadReader::State::need_input:
        return Event::need_input;
      case HeadReader::State::start_line:  // checked early: a bad one need not wait for the fields
        if (!read_request_line()) return Event::error;
        break;
      case HeadReader::State::complete:
        if (!read_target() || !read_fields()) return Event::error;
        return start_body();
      case HeadReader::State::bad_bytes:
        refuse(400, "control character, bad line end or folded field in the head");
        return Event::error;
      case HeadReader::State::start_line_long:
        refuse(414, "request line too long");
        return Event::error;
      case HeadReader::State::header_long:
        refuse(431, "header section too large");
        return Event::error;
    }
  }
}

// request-line = method SP request-target SP HTTP-version (RFC 9112 section 3): single spaces, and
// a version, so HTTP/0.9 is refused.
bool RequestParser::read_request_line() {
  const std::string_view line = reader_.start_line();
  const std::size_t first = line.find(' ');
  const std::size_t second = first == line.npos ? line.npos : line.find(' ', first + 1);
  if (second == line.npos) return refuse(400, "request line without three parts");
  request_.method_name = line.substr(0, first);
  request_.target = line.substr(first + 1, second - first - 1);
  const std::string_view version = line.substr(second + 1);

  if (!is_token(request_.method_name)) return refuse(400, "malformed method");
  if (!is_request_target(request_.target)) return refuse(400, "malformed request target");
  if (version.size() != 8 || !version.starts_with("HTTP/") || !is_digit(version[5]) ||
      version[6] != '.' || !is_digit(version[7])) {
    return refuse(400, "malformed HTTP version");
  }
  if (version[5] != '1') return refuse(505, "HTTP version not supported");
  request_.minor_version = version[7] == '0' ? 0 : 1;

  const auto method = find_method(request_.method_name);
  if (!method) return refuse(501, "unknown method");
  request_.method = *method;
  return true;
}

// The four forms of RFC 9112 3.2. Sets path, query and, from an absolute target, authority.
bool RequestParser::read_target() {
  // The buffer may have moved since the request line was checked.
  const std::string_view line = reader_.start_line();
  request_.method_name = line.substr(0, request_.method_name.size());
  request_.target = line.substr(request_.method_name.size() + 1, request_.target.size());

  std::string_view rest = request_.target;
  request_.authority = request_.path = request_.query = {};
  request_.has_query = false;
  if (request_.method == Method::connect) {
    const auto host_port = parse_host_port(rest);
    if (!host_port || !host_port->port) return refuse(400, "CONNECT wants host:port");
    request_.authority = rest;
    return true;
  }
  if (rest == "*") {
    if (request_.method != Method::options) return refuse(400, "target * is for OPTIONS only");
    request_.path = rest;
    return true;
  }
  if (rest.front() != '/') {
    const std::size_t colon = rest.find("://");
    const std::string_view scheme = rest.substr(0, colon);
    if (colon == rest.npos ||
        !(equals_ignoring_case(scheme, "http") || equals_ignoring_case(scheme, "https"))) {
      return refuse(400, "request target is neither a path nor an http URL");
    }
    rest.remove_prefix(colon + 3);
    request_.authority = rest.substr(0, rest.find_first_of("/?"));
    rest.remove_prefix(request_.authority.size());
    if (!parse_host_port(request_.authority)) return refuse(400, "malformed host in the target");
  }
  const std::size_t question = rest.find('?');
  request_.has_query = question != rest.npos;
  if (request_.has_query) request_.query = rest.substr(question + 1);
  request_.path = rest.substr(0, question);
  if (request_.path.empty()) request_.path = "/";
  return true;
}

bool RequestParser::read_fields() {
  if (!parser_.parse(Role::request, reader_.head(), request_.minor_version, request_.fields)) {
    return refuse(400, "malformed header fields or body length");
  }
  if (parser_.framing() == Framing::unknown_coding) return refuse(501, "unknown transfer coding");

  unsigned hosts = 0;
  request_.expects_continue = request_.expects_other = false;
  for (const auto& [name, value] : request_.fields) {
    if (equals_ignoring_case(name, "host")) {
      // RFC 9112 3.2: 400 unless there is exactly one, valid, Host. An absolute target outranks it.
      if (++hosts > 1 || !parse_host_port(value)) return refuse(400, "malformed or doubled Host");
      if (request_.authority.empty()) request_.authority = value;
    } else if (equals_ignoring_case(name, "expect")) {
      for_each_element(value, [&](std::string_view expectation, bool) {
        const bool is_known = equals_ignoring_case(expectation, "100-continue");
        request_.expects_continue |= is_known;
        request_.expects_other |= !is_known && !expectation.empty();
      });
    }
  }
  if (hosts == 0 && request_.minor_version > 0) return refuse(400, "HTTP/1.1 without Host");
  return true;
}

Event RequestParser::start_body() {
  request_.keep_alive = parser_.keep_alive();
  request_.is_chunked = parser_.framing() == Framing::chunked;
  request_.content_length = parser_.content_length();
  request_.has_body = request_.is_chunked || request_.content_length > 0;
  if (request_.minor_version == 0) {  // RFC 9110 10.1.1: it cannot mean it
    request_.expects_continue = request_.expects_other = false;
  }
  if (request_.is_chunked) {
    decoder_.start_chunked(limits_.body_bytes);
  } else {
    decoder_.start_length(request_.content_length, limits_.body_bytes);
  }
  if (decoder_.fault() == BodyDecoder::Fault::too_large) {
    refuse(413, "body too large");
    return Event::error;
  }
  state_ = State::body;
  return Event::head;
}

}  // namespace rill::http
