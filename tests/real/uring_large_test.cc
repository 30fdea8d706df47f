// Large messages on io_uring: received where they stay, sent at once, and nothing lost on the way
// from one manner of receiving to the other.
#include <string>
#include <utility>
#include <vector>

#include "tests/real/uring_workbench.h"

namespace rill::testing {
namespace {

RILL_ON_URING("A large piece is sent at once, and a small one with the turn") {
  Workbench bench;
  auto [socket, peer] = bench.connected();
  call_log = {};
  const std::string large(std::size_t{8} << 10, 'l');
  Sender first(socket, large);
  bench.start(first.op);
  CHECK(first.op.state == Op::State::completed);
  CHECK(first.op.result == static_cast<std::int64_t>(large.size()));
  const std::string small = "small";
  Sender second(socket, small);
  bench.start(second.op);
  CHECK(second.op.state == Op::State::in_flight);
  bench.turn();
  CHECK(second.op.state == Op::State::completed);
  CHECK(call_log.count(Call::send) == 1);
  CHECK((peer.recv_exactly(large.size() + small.size()) == large + small));
}

/// A connection that waits for its next message after a large one has come, which it waited for.
std::pair<Handle, Peer> watched(Workbench& bench) {
  auto [socket, peer] = bench.connected();
  const std::string large(std::size_t{16} << 10, 'l');
  Receiver first(socket, 2 * large.size());
  bench.start(first.op);
  peer.send(large);
  REQUIRE(bench.ends(first.op));
  REQUIRE((first.text == large));
  bench.settle();
  bench.turn();  // the receive comes home
  return {socket, std::move(peer)};
}

RILL_ON_URING("After a large message the next ones are received where they stay, one call each") {
  Workbench bench;
  auto [socket, peer] = watched(bench);
  for (const std::size_t size_bytes : {16'384u, 18'000u, 5u, 16'384u, 1u, 9'000u}) {
    Receiver next(socket, std::size_t{64} << 10);
    bench.start(next.op);
    REQUIRE(next.op.state == Op::State::in_flight);
    bench.turn();
    call_log = {};
    const std::string message(size_bytes, 'm');
    peer.send(message);
    REQUIRE(bench.ends(next.op));
    CHECK(call_log.count(Call::recv) == 1);
    CHECK((next.text == message));
  }
  // Bytes that come while nobody waits stay in the kernel, in order.
  peer.send("one ");
  bench.settle();
  bench.turn();
  peer.send("two ");
  Receiver cancelled(socket);
  bench.start(cancelled.op);
  if (cancelled.op.state == Op::State::in_flight) bench.cancel(cancelled.op);
  peer.send("three");
  peer.shutdown_write();
  std::string all = cancelled.text;
  for (;;) {
    const std::string more = bench.recv(socket, 5);
    if (more.empty()) break;
    all += more;
  }
  CHECK(all == "one two three");
}

RILL_ON_URING("Whose next message is there already waits for its turn, as all others do") {
  Workbench bench;
  auto [socket, peer] = watched(bench);
  const std::string message(std::size_t{16} << 10, 'm');
  Receiver first(socket, 2 * message.size());
  bench.start(first.op);
  bench.turn();
  peer.send(message);
  REQUIRE(bench.ends(first.op));
  peer.send(message);
  bench.settle();
  Receiver second(socket, 2 * message.size());
  bench.start(second.op);
  CHECK(second.op.state == Op::State::in_flight);
  REQUIRE(bench.ends(second.op));
  CHECK((second.text == message));
}

/// A watched connection whose recv has stopped at urgent data, with "behind" behind that.
std::pair<Handle, Peer> at_urgent_data(Workbench& bench) {
  auto [socket, peer] = watched(bench);
  Receiver first(socket, 2000);
  bench.start(first.op);
  bench.turn();
  peer.send("before");
  peer.send("!", MSG_OOB);
  peer.send("behind");
  REQUIRE(bench.ends(first.op));
  REQUIRE(first.text == "before");
  return {socket, std::move(peer)};
}

RILL_ON_URING(
    "What stands behind urgent data on a watched connection is received without a new event") {
  Workbench bench;
  const auto [socket, peer] = at_urgent_data(bench);
  Receiver next(socket, 2000);
  bench.start(next.op);
  REQUIRE(bench.ends(next.op));
  CHECK(next.text == "behind");
}

RILL_ON_URING("Who goes after urgent data leaves nothing of it to the successor") {
  Workbench bench;
  const auto [socket, peer] = at_urgent_data(bench);
  bench.close(socket);
  const auto [successor, fresh] = bench.connected();
  REQUIRE(successor.slot == socket.slot);
  Receiver next(successor);
  bench.start(next.op);
  const Instant end = bench.backend.now() + 3 * UringBackend::kDoubt;
  while (bench.backend.now() < end) bench.turn(1_ms);
  CHECK(next.op.state == Op::State::in_flight);
  fresh.send("fresh");
  REQUIRE(bench.ends(next.op));
  CHECK(next.text == "fresh");
}

RILL_ON_URING("A watched connection sees a reset, and a close with its recv waiting") {
  Workbench bench;
  auto [broken, breaker] = watched(bench);
  Receiver waiting(broken);
  bench.start(waiting.op);
  bench.turn();
  breaker.reset();
  REQUIRE(bench.ends(waiting.op));
  CHECK(waiting.op.result == -ECONNRESET);

  const int descriptors = open_descriptors();
  auto [socket, peer] = watched(bench);
  Receiver last(socket);
  bench.start(last.op);
  bench.turn();
  bench.close(socket);
  CHECK(last.op.result == -ECANCELED);
  CHECK(peer.recv().empty());
  peer.close();
  CHECK(open_descriptors() == descriptors);
}

RILL_ON_URING("The reason of a broken pipe is told to a large send too") {
  Workbench bench;
  std::vector<std::pair<Handle, Peer>> talkers;
  for (int i = 0; i < 4; ++i) talkers.push_back(bench.connected());
  auto [socket, peer] = bench.connected();
  for (auto& [talker, far_end] : talkers) arm(bench, talker, far_end);
  arm(bench, socket, peer);
  // As many bytes as a turn takes, so that what comes behind them stays in the ring.
  for (auto& [talker, far_end] : talkers) far_end.send(std::string(16 << 10, 't'));
  peer.reset();
  bench.settle();
  bench.turn();
  const std::string large(std::size_t{8} << 10, 'l');
  CHECK(bench.send(socket, large) == -ECONNRESET);  // it is the receive that was told
}

}  // namespace
}  // namespace rill::testing
