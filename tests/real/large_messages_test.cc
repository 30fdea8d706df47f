// Large messages: received where they stay, no more of them in a turn than the cache holds, and no
// buffer while none is there.
#include <algorithm>
#include <memory>
#include <vector>

#include "tests/real/workbench.h"

namespace rill::testing {
namespace {

RecvOp& recv_text(RecvOp& op, Handle from, std::string& text, std::size_t most_bytes = 4096) {
  op.on = from;
  op.text = &text;
  op.size_bytes = most_bytes;
  return op;
}

// Where the last recv(2) wrote to.
thread_local const void* received_at = nullptr;

TEST_CASE("Of large messages, all but the first are received where they stay") {
  Syscalls syscalls = kFaultySyscalls;
  syscalls.recv = [](int fd, void* to, std::size_t size_bytes, int flags) {
    received_at = to;
    return kFaultySyscalls.recv(fd, to, size_bytes, flags);
  };
  Workbench bench({.syscalls = &syscalls, .names = {}});
  auto [socket, peer] = bench.connected();
  constexpr std::size_t kMost = std::size_t{64} << 10;
  for (int round = 0; round < 4; ++round) {
    const std::string message(std::size_t{16} << 10, static_cast<char>('a' + round));
    peer.send(message);
    bench.settle();
    std::string text;
    RecvOp op;
    bench.start(recv_text(op, socket, text, kMost));
    CHECK((text == message));
    CHECK((received_at == text.data()) == (round > 0));
  }
  // A message that is not what was expected costs no room either.
  peer.send(std::string(5000, 'z'));
  bench.settle();
  std::string text;
  RecvOp op;
  bench.start(recv_text(op, socket, text, kMost));
  CHECK((text == std::string(5000, 'z')));
  CHECK(text.capacity() < 2 * text.size());
}

RILL_ON_EACH("A recv that waits holds no buffer, however large the messages before it were") {
  Workbench bench;
  auto [socket, peer] = bench.connected();
  constexpr std::size_t kBytes = std::size_t{16} << 10;
  peer.send(std::string(2 * kBytes, 'a'));
  bench.settle();
  CHECK((bench.recv(socket, kBytes) == std::string(kBytes, 'a')));
  CHECK((bench.recv(socket, kBytes) == std::string(kBytes, 'a')));
  call_log = {};
  std::string text;
  RecvOp op;
  bench.start(recv_text(op, socket, text, kBytes));
  CHECK(op.state == Op::State::in_flight);
  // All that was asked for had come: whether more is there, only a call can tell.
  CHECK(call_log.count(Call::recv) == 1);
  CHECK(text.capacity() < 64);
  peer.send("b");
  REQUIRE(bench.ends(op));
  CHECK(text == "b");
}

constexpr std::size_t kLargeBytes = std::size_t{16} << 10;

/// Connections that each wait for a message, and to each of which one has been sent.
struct Crowd {
  Crowd(Workbench& bench, std::size_t count) : texts(count) {
    for (std::string& text : texts) {
      auto [socket, peer] = bench.connected();
      sockets.push_back(socket);
      peers.push_back(std::move(peer));
      ops.push_back(std::make_unique<RecvOp>());
      bench.start(recv_text(*ops.back(), socket, text, 4 * kLargeBytes));
    }
    bench.turn();  // io_uring hands the receives over
    for (const Peer& peer : peers) peer.send(std::string(kLargeBytes, 'a'));
    bench.settle();
  }
  std::ptrdiff_t done() const {
    return std::count_if(ops.begin(), ops.end(),
                         [](const auto& op) { return op->state == Op::State::completed; });
  }

  std::vector<Handle> sockets;
  std::vector<Peer> peers;
  std::vector<std::string> texts;
  std::vector<std::unique_ptr<RecvOp>> ops;
};

RILL_ON_EACH("A turn takes so many received bytes, and the rest in the next turns") {
  Workbench bench;
  const Crowd crowd(bench, 12);
  for (std::ptrdiff_t done = 4; done <= 12; done += 4) {
    bench.turn();
    CHECK(crowd.done() == done);
  }
  for (const std::string& text : crowd.texts) CHECK(text.size() == kLargeBytes);
}

RILL_ON_EACH("So it is where large messages are received in place") {
  Workbench bench;
  Crowd crowd(bench, 12);
  while (crowd.done() < 12) bench.turn();
  for (std::size_t i = 0; i < 12; ++i) {
    crowd.texts[i].clear();
    bench.start(recv_text(*crowd.ops[i], crowd.sockets[i], crowd.texts[i], 4 * kLargeBytes));
  }
  bench.turn();
  bench.turn();  // io_uring ends its receives, and begins to watch
  for (const Peer& peer : crowd.peers) peer.send(std::string(kLargeBytes, 'b'));
  bench.settle();
  for (std::ptrdiff_t done = 4; done <= 12; done += 4) {
    bench.turn();
    CHECK(crowd.done() == done);
  }
  for (const std::string& text : crowd.texts) CHECK((text == std::string(kLargeBytes, 'b')));
}

TEST_CASE("Whom the kernel told of may go, or wait no longer, before it is told") {
  Workbench bench;
  const Crowd crowd(bench, 12);
  bench.turn();
  REQUIRE(crowd.done() == 4);
  // One of them goes, another waits no longer, and a third takes the place of the first.
  bench.close(crowd.sockets[10]);
  CHECK(crowd.ops[10]->result == -ECANCELED);
  bench.cancel(*crowd.ops[11]);
  const auto [successor, peer] = bench.connected();
  REQUIRE(successor.slot == crowd.sockets[10].slot);
  RecvOp fresh;
  std::string text;
  bench.start(recv_text(fresh, successor, text, 4 * kLargeBytes));
  while (crowd.done() < 12) bench.turn();
  for (std::size_t i = 0; i < 10; ++i) CHECK(crowd.texts[i].size() == kLargeBytes);
  bench.turn();
  CHECK(fresh.state == Op::State::in_flight);
  CHECK((bench.recv(crowd.sockets[11], 4 * kLargeBytes) == std::string(kLargeBytes, 'a')));
  peer.send("fresh");
  REQUIRE(bench.ends(fresh));
  CHECK(text == "fresh");
}

}  // namespace
}  // namespace rill::testing
