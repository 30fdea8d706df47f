// Trouble: it writes through a null pointer.
#include "lessons/L01_one_at_a_time/one_at_a_time.h"

using namespace rill;

const int kPredictedMs = 4000;

Task<> echo(Connection connection) {
  const std::string data = co_await connection.recv(1024);
  std::size_t* volatile nowhere = nullptr;
  *nowhere = data.size();
}

Task<> echo_server(Listener& listener) {
  Group conversations;
  for (;;) {
    Connection connection = co_await listener.accept();
    conversations.spawn(echo(std::move(connection)));
  }
}
