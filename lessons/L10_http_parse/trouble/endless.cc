// Trouble: a loop that never waits.
#include <algorithm>
#include <cctype>

#include "lessons/L10_http_parse/http_parse.h"

using namespace rill;

Task<std::optional<HttpRequest>> read_request(Connection& connection) {
  const std::string first = co_await connection.readline("\r\n", kMostLineBytes);
  volatile std::size_t at = 0;
  while (at <= first.size()) at = 0;
  co_return std::nullopt;
}
