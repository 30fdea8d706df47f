// Wrong: it hangs up on whoever is silent for a second.
#include "lessons/L01_one_at_a_time/one_at_a_time.h"

using namespace rill;

const int kPredictedMs = 4000;

Task<> echo(Connection connection) {
  for (;;) {
    const std::optional<std::string> data =
        co_await timeout(seconds(1), [&]() -> Task<std::string> {
          const std::string got = co_await connection.recv(1024);
          co_return got;
        }());
    if (!data || data->empty()) co_return;
    co_await connection.sendall(*data);
  }
}

Task<> echo_server(Listener& listener) {
  Group conversations;
  for (;;) {
    Connection connection = co_await listener.accept();
    conversations.spawn(echo(std::move(connection)));
  }
}
