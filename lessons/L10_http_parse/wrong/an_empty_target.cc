// Wrong: it takes a request line in which nothing stands between method and version.
#include <algorithm>
#include <cctype>

#include "lessons/L10_http_parse/http_parse.h"

using namespace rill;

namespace {

bool is_letters(const std::string& text) {
  return !text.empty() &&
         std::ranges::all_of(text, [](unsigned char c) { return std::isalpha(c); });
}

bool is_digits(const std::string& text) {
  return !text.empty() &&
         std::ranges::all_of(text, [](unsigned char c) { return std::isdigit(c); });
}

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

std::string trimmed(const std::string& text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == text.npos) return "";
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// A line without its end.
Task<std::string> read_line(Connection& connection) {
  std::string line;
  try {
    line = co_await connection.readline("\r\n", kMostLineBytes);
  } catch (const LineTooLong&) {
    throw BadRequest(431);
  }
  if (!line.ends_with("\r\n")) throw BadRequest(400);
  line.resize(line.size() - 2);
  co_return line;
}

void read_request_line(const std::string& line, HttpRequest& request) {
  const std::size_t first = line.find(' ');
  const std::size_t second = first == line.npos ? line.npos : line.find(' ', first + 1);
  if (second == line.npos || line.substr(second) != " HTTP/1.1") throw BadRequest(400);
  request.method = line.substr(0, first);
  request.target = line.substr(first + 1, second - first - 1);
  if (!is_letters(request.method)) throw BadRequest(400);
}

void read_field(const std::string& line, HttpRequest& request) {
  const std::size_t colon = line.find(':');
  if (colon == line.npos || colon == 0) throw BadRequest(400);
  std::string name = line.substr(0, colon);
  if (name.find_first_of(" \t") != name.npos) throw BadRequest(400);
  if (request.fields.size() == kMostFields) throw BadRequest(431);
  request.fields.emplace_back(std::move(name), trimmed(line.substr(colon + 1)));
}

std::size_t body_bytes_of(const HttpRequest& request) {
  std::optional<std::string> length;
  for (const auto& [name, value] : request.fields) {
    if (lower(name) != "content-length") continue;
    if (!is_digits(value) || (length && *length != value)) throw BadRequest(400);
    length = value;
  }
  if (!length) return 0;
  if (length->size() > 6 || std::stoul(*length) > kMostBodyBytes) throw BadRequest(413);
  return std::stoul(*length);
}

Task<> read_body(Connection& connection, std::size_t size_bytes, HttpRequest& request) {
  while (request.body.size() < size_bytes) {
    const std::string piece = co_await connection.recv(size_bytes - request.body.size());
    if (piece.empty()) throw BadRequest(400);
    request.body += piece;
  }
}

}  // namespace

Task<std::optional<HttpRequest>> read_request(Connection& connection) {
  if (connection.unread().empty()) {
    const bool has_more = co_await connection.fill();
    if (!has_more) co_return std::nullopt;
  }
  HttpRequest request;
  const std::string first = co_await read_line(connection);
  read_request_line(first, request);
  for (;;) {
    const std::string line = co_await read_line(connection);
    if (line.empty()) break;
    read_field(line, request);
  }
  co_await read_body(connection, body_bytes_of(request), request);
  co_return request;
}
