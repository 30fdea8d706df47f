// Wrong: it spawns a task for each client, and then waits for it.
#include "lessons/L01_one_at_a_time/one_at_a_time.h"

using namespace rill;

const int kPredictedMs = 4000;

Task<> echo(Connection connection) {
  for (;;) {
    const std::string data = co_await connection.recv(1024);
    if (data.empty()) co_return;
    co_await connection.sendall(data);
  }
}

Task<> echo_server(Listener& listener) {
  for (;;) {
    Connection connection = co_await listener.accept();
    const TaskRef conversation = spawn(echo(std::move(connection)));
    co_await join(conversation);
  }
}
