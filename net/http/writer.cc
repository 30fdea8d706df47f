// See writer.h.
#include "net/http/writer.h"

#include <charconv>
#include <stdexcept>

#include "net/http/status.h"
#include "net/http/syntax.h"

namespace rill::http {

namespace {

void append_number(std::string& out, std::uint64_t number, int base = 10) {
  char digits[20];
  const auto result = std::to_chars(digits, digits + sizeof digits, number, base);
  out.append(digits, static_cast<std::size_t>(result.ptr - digits));
}

void require(bool condition, const char* message) {
  if (!condition) throw std::invalid_argument(message);
}

}  // namespace

HeadWriter HeadWriter::response(std::string& out, int status) {
  require(status >= 100 && status <= 999, "HTTP: a status has three digits");
  out += "HTTP/1.1 ";
  append_number(out, static_cast<std::uint64_t>(status));
  out += ' ';
  out += reason_phrase(status);
  out += "\r\n";
  return HeadWriter(out);
}

HeadWriter HeadWriter::request(std::string& out, std::string_view method, std::string_view target) {
  require(is_token(method), "HTTP: this method is no token");
  require(is_request_target(target), "HTTP: this request target has bytes that must be encoded");
  out += method;
  out += ' ';
  out += target;
  out += " HTTP/1.1\r\n";
  return HeadWriter(out);
}

HeadWriter& HeadWriter::field(std::string_view name, std::string_view value) {
  require(is_token(name), "HTTP: this field name is no token");
  require(is_field_value(value), "HTTP: this field value has control characters");
  out_ += name;
  out_ += ": ";
  out_ += value;
  out_ += "\r\n";
  return *this;
}

HeadWriter& HeadWriter::content_length(std::uint64_t bytes) {
  out_ += "Content-Length: ";
  append_number(out_, bytes);
  out_ += "\r\n";
  return *this;
}

HeadWriter& HeadWriter::chunked() {
  out_ += "Transfer-Encoding: chunked\r\n";
  return *this;
}

HeadWriter& HeadWriter::connection(bool keep_alive, int peer_minor_version) {
  if (!keep_alive) {
    out_ += "Connection: close\r\n";
  } else if (peer_minor_version == 0) {
    out_ += "Connection: keep-alive\r\n";
  }
  return *this;
}

void HeadWriter::end() { out_ += "\r\n"; }

void append_chunk_start(std::string& out, std::uint64_t bytes) {
  append_number(out, bytes, 16);
  out += "\r\n";
}

void append_chunk(std::string& out, std::string_view data) {
  if (data.empty()) return;
  append_chunk_start(out, data.size());
  out += data;
  out += "\r\n";
}

void append_last_chunk(std::string& out) { out += "0\r\n\r\n"; }

}  // namespace rill::http
