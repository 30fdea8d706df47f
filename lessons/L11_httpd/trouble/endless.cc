// Trouble: a loop that never waits.
#include "lessons/L11_httpd/httpd.h"

using namespace rill;

Task<> serve_client(Connection& connection, const Files& files) {
  const std::optional<Question> question = co_await read_question(connection);
  volatile std::size_t left = 1;
  while (left > 0) left = files.read("www").has_value() ? 2 : 1;
}
