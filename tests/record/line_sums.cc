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

}  // namespace

Task<> add_lines_wrongly(Address at) { return server(at.host_text(), at.port, add_pieces); }
Task<> add_lines(Address at) { return server(at.host_text(), at.port, add_whole_lines); }

}  // namespace rill::testing
