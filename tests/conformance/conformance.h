// One suite, every backend: each body below runs on the simulated network (plain, and rough: random
// order of tasks, short reads and writes, steps that take time), on real sockets, and on nothing
// but a recording of a run on real sockets. A difference between them is a bug in one of them.
//
//   RILL_CONFORMANCE("a peer that ends its side is seen as end of stream") {
//     Pair pair = co_await connected_pair();
//     ...
//   }
//
// A body is a Task<> and may CHECK anything an application can see. After it, no socket and no
// frame may be left. Bodies must not assume how many bytes one recv or send moves.
#pragma once

#include <cerrno>

#include "net/net.h"
#include "tests/testing/testing.h"

namespace rill::conformance {

/// Runs `body` on each backend in a section of its own.
void on_every_backend(Task<> (*body)());

/// Both ends of a connection over loopback.
struct Pair {
  Connection client;
  Connection server;
};
Task<Pair> connected_pair();
/// The same pair, with what the suite is to see between calls and sockets: nothing (plain.cc), or
/// TLS (tls.cc). Linked in.
Task<Pair> layered(Pair plain);
/// Whether a stream that ends without a goodbye was cut off: then that stays an error, ECONNRESET,
/// where a plain one has just ended.
extern const bool ends_with_goodbye;

/// Everything until the end of the stream.
Task<std::string> recv_all(Connection& connection);
/// Exactly `size_bytes` bytes; fewer only if the stream ends.
Task<std::string> recv_exactly(Connection& connection, std::size_t size_bytes);

/// The errno of the NetError that `task` throws; 0 if it throws none.
template <class T>
Task<int> error_of(Task<T> task) {
  try {
    co_await std::move(task);
  } catch (const NetError& error) {
    co_return error.error();
  }
  co_return 0;
}
/// The calls of a connection as tasks, for error_of() and timeout().
Task<std::string> recv_task(Connection& connection, std::size_t most_bytes);
Task<> sendall_task(Connection& connection, std::string bytes);
Task<Connection> connect_task(Address to);
Task<Connection> accept_task(Listener& listener);

/// Bytes that differ at every position, so that a swap or a loss shows.
std::string pattern(std::size_t size_bytes);

}  // namespace rill::conformance

#define RILL_CONFORMANCE(sentence) \
  RILL_CONFORMANCE_NAMED(INTERNAL_RILL_JOIN(conformance_, __LINE__), sentence)
#define RILL_CONFORMANCE_NAMED(name, sentence)                                           \
  static ::rill::Task<> name();                                                          \
  TEST_CASE(sentence, "[conformance]") { ::rill::conformance::on_every_backend(&name); } \
  static ::rill::Task<> name()
