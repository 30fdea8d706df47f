// Trouble: it writes through a null pointer.
#include <algorithm>
#include <cctype>

#include "lessons/L10_http_parse/http_parse.h"

using namespace rill;

Task<std::optional<HttpRequest>> read_request(Connection& connection) {
  const std::string first = co_await connection.readline("\r\n", kMostLineBytes);
  std::size_t* volatile nowhere = nullptr;
  *nowhere = first.size();
  co_return std::nullopt;
}
