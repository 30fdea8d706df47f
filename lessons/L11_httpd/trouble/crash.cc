// Trouble: it writes through a null pointer.
#include "lessons/L11_httpd/httpd.h"

using namespace rill;

Task<> serve_client(Connection& connection, const Files& files) {
  const std::optional<Question> question = co_await read_question(connection);
  std::size_t* volatile nowhere = nullptr;
  *nowhere = files.read("www").has_value() ? 2 : 1;
}
