// See line_sums.h.
#include "tests/record/line_sums.h"

#include <stdexcept>

namespace rill::testing {
namespace {

int number_of(const std::string& line) {
  if (!line.ends_with('\n')) throw std::invalid_argument("'" + line + "' is no line");
  return std::stoi(line);
}

Task<> add_pieces(Connection connection) {
  int sum = 0;
  for (;;) {
    const std::string piece = co_await connection.recv(4096);
    if (piece.empty()) co_return;
    sum += number_of(piece);
    co_await connection.sendall(std::to_string(sum) + "\n");
  }
}

Task<> add_whole_lines(Connection connection) {
  int sum = 0;
  for (;;) {
    const std::string line = co_await connection.readline();
    if (line.empty()) co_return;
    sum += number_of(line);
    co_await connection.sendall(std::to_string(sum) + "\n");
  }
}

/// Handlers are on their own, so that the exception of one ends the run.
Task<> serve(Task<> (*handler)(Connection), std::function<void(Address)> on_listening) {
  Listener listener("127.0.0.1", 0, {.backlog = 1024});  // as in the kept recording
  on_listening(listener.address());
  for (;;) {
    Connection connection = co_await listener.accept();
    spawn(handler(std::move(connection)));
  }
}

}  // namespace

Task<> add_lines_wrongly(std::function<void(Address)> on_listening) {
  return serve(add_pieces, std::move(on_listening));
}
Task<> add_lines(std::function<void(Address)> on_listening) {
  return serve(add_whole_lines, std::move(on_listening));
}

}  // namespace rill::testing
