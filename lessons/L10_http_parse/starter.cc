// Lesson 10, HTTP: requests out of a stream.
//
// This one understands friendly clients with nothing to say.
#include "lessons/L10_http_parse/http_parse.h"

using namespace rill;

Task<std::optional<HttpRequest>> read_request(Connection& connection) {
  const std::string first = co_await connection.readline("\r\n", kMostLineBytes);
  if (first.empty()) co_return std::nullopt;
  HttpRequest request;
  const std::size_t space = first.find(' ');
  request.method = first.substr(0, space);
  request.target = first.substr(space + 1, first.find(' ', space + 1) - space - 1);
  for (;;) {
    const std::string line = co_await connection.readline("\r\n", kMostLineBytes);
    if (line == "\r\n") break;
    // TODO: the fields, the body, and everybody who does not keep to the rules of http_parse.h
  }
  co_return request;
}
