// Trouble: it waits for something that nobody will do.
#include "lessons/L11_httpd/httpd.h"

using namespace rill;

Task<> serve_client(Connection& connection, const Files& files) {
  static_cast<void>(files);
  const std::optional<Question> question = co_await read_question(connection);
  Event more;
  co_await more.wait();
}
