// Lesson 1, one at a time: an echo server that is as simple as it gets.
#include "lessons/L01_one_at_a_time/one_at_a_time.h"

using namespace rill;

// TODO: predict first (one_at_a_time.h asks what), then run it.
const int kPredictedMs = 0;

Task<> echo(Connection connection) {
  for (;;) {
    const std::string data = co_await connection.recv(1024);
    if (data.empty()) co_return;  // the client has ended its side
    co_await connection.sendall(data);
  }
}

Task<> echo_server(Listener& listener) {
  for (;;) {
    Connection connection = co_await listener.accept();
    // TODO: who is served while this client says nothing?
    co_await echo(std::move(connection));
  }
}
