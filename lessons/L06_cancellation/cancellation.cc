// Lesson 6, cancellation: a client that can be told to stop.
//
// This one looks whether it should stop, between two commands. What if it waits inside of one?
#include "lessons/L06_cancellation/cancellation.h"

using namespace rill;

Task<int> converse(Connection& connection, std::vector<std::string> commands, Event& stop) {
  int answered = 0;
  for (const std::string& command : commands) {
    if (stop.is_set()) break;
    // TODO: `stop` may be set while this waits for the network, and nobody would notice.
    const std::string line = command + "\r\n";
    co_await connection.sendall(line);
    const std::string answer = co_await connection.readline();
    if (answer.empty()) co_return answered;
    ++answered;
  }
  co_await connection.sendall("QUIT\r\n");
  connection.shutdown_write();
  while (!connection.eof()) co_await connection.fill();
  co_return answered;
}
