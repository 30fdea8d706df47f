// Wrong: it serves two clients at a time, and the third waits.
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
    Group both;
    Connection one = co_await listener.accept();
    both.spawn(echo(std::move(one)));
    Connection other = co_await listener.accept();
    both.spawn(echo(std::move(other)));
    co_await both.wait();
  }
}
