// Trouble: it waits for something that nobody will do.
#include <algorithm>
#include <cctype>

#include "lessons/L10_http_parse/http_parse.h"

using namespace rill;

Task<std::optional<HttpRequest>> read_request(Connection& connection) {
  const std::string first = co_await connection.readline("\r\n", kMostLineBytes);
  Event more;
  co_await more.wait();
  co_return std::nullopt;
}
