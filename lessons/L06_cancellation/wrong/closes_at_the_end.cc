// Wrong: when the time is over it closes, so what is torn looks like an end of stream.
#include "lessons/L06_cancellation/cancellation.h"

using namespace rill;

namespace {

Task<> read_answer(Connection& connection, int& answered, Event& next) {
  std::string line = co_await connection.readline();
  if (!line.empty()) ++answered;
  next.set();
}

Task<> on_stop(Event& stop, Event& next) {
  co_await stop.wait();
  next.set();
}

Task<> talk(Connection& connection, const std::vector<std::string>& commands, Event& stop,
            int& answered) {
  for (const std::string& command : commands) {
    if (stop.is_set()) break;
    const std::string line = command + "\r\n";
    co_await connection.sendall(line);
    const int before = answered;
    Event next;
    Group both;
    both.spawn(read_answer, std::ref(connection), std::ref(answered), std::ref(next));
    both.spawn(on_stop, std::ref(stop), std::ref(next));
    co_await next.wait();
    if (answered == before) break;
  }
  co_await connection.sendall("QUIT\r\n");
  connection.shutdown_write();
  for (;;) {
    std::string line = co_await connection.readline();
    if (line.empty()) co_return;
    ++answered;
  }
}

}  // namespace

Task<int> converse(Connection& connection, std::vector<std::string> commands, Event& stop) {
  int answered = 0;
  Event over;
  Group all;
  all.spawn(
      [](Task<> work, Event& over) -> Task<> {
        co_await std::move(work);
        over.set();
      },
      talk(connection, commands, stop, answered), std::ref(over));
  all.spawn(
      [](Event& stop, Event& over) -> Task<> {
        co_await stop.wait();
        co_await sleep(kGrace);
        over.set();
      },
      std::ref(stop), std::ref(over));
  co_await over.wait();
  if (all.size() == 2 || !connection.eof()) connection.close();
  co_return answered;
}
