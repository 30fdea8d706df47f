// See visit.h.
#include "tests/lessons/echo/visit.h"

namespace rill::testing {
namespace {

Task<> send_all(Connection& connection, const Chunks& chunks) {
  for (const std::string& chunk : chunks) co_await connection.sendall(chunk);
  connection.shutdown_write();
}

}  // namespace

Task<std::string> talk(Address to, Chunks chunks) {
  Connection connection = co_await connect(to);
  Group writer;  // after what it refers to
  writer.spawn(send_all(connection, chunks));
  std::string answer;
  for (;;) {
    const std::string data = co_await connection.recv(512);
    if (data.empty()) break;
    answer += data;
  }
  co_await writer.wait();
  co_return answer;
}

std::string joined(const Chunks& chunks) {
  std::string text;
  for (const std::string& chunk : chunks) text += chunk;
  return text;
}

}  // namespace rill::testing
