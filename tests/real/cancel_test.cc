// The rules of scheduler/backend.h on the epoll backend: one completion for each operation, cancel
// at once, results nobody reads disposed of, and handles that never mean another socket.
#include <memory>
#include <vector>

#include "tests/real/workbench.h"

namespace rill::testing {
namespace {

struct Receiver {
  explicit Receiver(Handle from) {
    op.on = from;
    op.text = &text;
    op.size_bytes = 100;
  }
  RecvOp op;
  std::string text;
};

RILL_ON_EACH("A cancelled recv is back at once, and takes no bytes that come later") {
  Workbench bench;
  auto [socket, peer] = bench.connected();
  Receiver first(socket);
  bench.start(first.op);
  bench.cancel(first.op);
  CHECK(first.op.state == Op::State::completed);
  CHECK(first.op.result == -ECANCELED);
  peer.send("for the next");
  bench.turn(milliseconds(20));
  CHECK(first.text.empty());
  CHECK(bench.recv(socket) == "for the next");
  CHECK(bench.completions == 3);  // accept, the cancelled one, the next one
}

RILL_ON_EACH("Close ends what is in flight with ECANCELED, and a closed handle gives EBADF") {
  Workbench bench;
  auto [socket, peer] = bench.connected();
  Receiver waiting(socket);
  bench.start(waiting.op);
  bench.backend.close(socket);
  CHECK(waiting.op.state == Op::State::completed);
  CHECK(waiting.op.result == -ECANCELED);
  CHECK(bench.recv(socket) == error_text(EBADF));
  CHECK(bench.send(socket, "x") == -EBADF);
  CHECK(bench.backend.shutdown_write(socket) == -EBADF);
  CHECK(bench.backend.peer_address(socket) == Address{});
  bench.backend.close(socket);
  bench.backend.reset(socket);
  AcceptOp accept;
  accept.on = socket;
  CHECK(bench.result(accept) == -EBADF);
}

RILL_ON_EACH("A handle of a closed socket does not reach the socket that took its number") {
  Workbench bench;
  auto [old_socket, old_peer] = bench.connected();
  bench.backend.close(old_socket);
  auto [new_socket, new_peer] = bench.connected();
  REQUIRE(new_socket.slot == old_socket.slot);
  new_peer.send("for the new one");
  CHECK(bench.recv(old_socket) == error_text(EBADF));
  bench.backend.close(old_socket);
  CHECK(bench.recv(new_socket) == "for the new one");
}

RILL_ON_EACH("Operations of the wrong kind are refused") {
  Workbench bench;
  auto [socket, peer] = bench.connected();
  AcceptOp accept;
  accept.on = socket;
  CHECK(bench.result(accept) == -EINVAL);
  const Listened listened = bench.listen();
  CHECK(bench.recv(listened.handle) == error_text(EINVAL));
  CHECK(bench.recv(Handle{12345, 1}) == error_text(EBADF));
  CHECK(bench.recv(Handle{}) == error_text(EBADF));
}

// An event that was queued before its descriptor was closed, and comes when the number is in use
// again. We make it ourselves: epoll_wait hands out what an earlier one has found.
thread_local epoll_event last_event{};
thread_local epoll_event stale_event{};
thread_local bool gives_stale_event = false;

int wait_with_stale_event(int epoll_fd, epoll_event* events, int most, int timeout_ms) {
  if (std::exchange(gives_stale_event, false)) {
    events[0] = stale_event;
    return 1;
  }
  const int count = ::epoll_wait(epoll_fd, events, most, timeout_ms);
  if (count > 0) last_event = events[0];
  return count;
}

TEST_CASE("An event of a closed descriptor does not reach the successor of its number and slot") {
  Syscalls syscalls = kFaultySyscalls;
  syscalls.epoll_wait = wait_with_stale_event;
  Workbench bench({.syscalls = &syscalls, .names = {}});
  auto [old_socket, old_peer] = bench.connected();
  Receiver first(old_socket);
  bench.start(first.op);
  old_peer.send("x");
  bench.settle();
  bench.turn();  // a wait without a limit goes through epoll_wait
  REQUIRE(first.op.state == Op::State::completed);
  stale_event = last_event;
  REQUIRE((stale_event.events & EPOLLIN) != 0);
  bench.backend.close(old_socket);

  auto [new_socket, new_peer] = bench.connected();
  REQUIRE(new_socket.slot == old_socket.slot);
  Receiver second(new_socket);
  bench.start(second.op);
  bench.turn();
  call_log = {};
  gives_stale_event = true;
  bench.turn();
  CHECK(!gives_stale_event);
  CHECK(call_log.count(Call::recv) == 0);
  CHECK(second.op.state == Op::State::in_flight);
  bench.cancel(second.op);
}

RILL_ON_EACH("A descriptor that was copied sends no events after close") {
  ::usleep(50'000);  // the end of an earlier test's ring may interrupt a wait
  Workbench bench;
  auto [socket, peer] = bench.connected();
  Receiver waiting(socket);
  bench.start(waiting.op);
  // What a fork does: another number for the same open file keeps it registered after close(2).
  int copy = -1;
  for (int fd = 3; fd < 64 && copy < 0; ++fd) {
    SocketAddress address;
    if (::getpeername(fd, address.get(), &address.size_bytes) == 0 &&
        address.address() == bench.backend.peer_address(socket)) {
      copy = ::dup(fd);
    }
  }
  REQUIRE(copy >= 0);
  bench.close(socket);
  peer.send("nobody hears this");
  bench.settle();
  // With nothing registered a wait lasts its full time.
  const Instant before = bench.backend.now();
  bench.turn(milliseconds(20));
  CHECK(bench.backend.now() - before >= milliseconds(20));
  ::close(copy);
}

RILL_ON_EACH("A connection that arrived for a cancelled accept is there for the next one") {
  Workbench bench;
  const Listened listened = bench.listen();
  AcceptOp first;
  first.on = listened.handle;
  bench.start(first);
  const Peer peer = Peer::connect(listened.bound);
  bench.cancel(first);
  CHECK(first.result == -ECANCELED);
  AcceptOp second;
  second.on = listened.handle;
  CHECK(bench.result(second) == 0);
  CHECK(second.peer == peer.address());
}

RILL_ON_EACH("An accepted or connected socket that nobody took is closed by dispose") {
  Workbench bench;
  const Listened listened = bench.listen();
  const Peer client = Peer::connect(listened.bound);
  AcceptOp accept;
  accept.on = listened.handle;
  const int descriptors = open_descriptors();
  REQUIRE(bench.result(accept) == 0);
  CHECK(open_descriptors() == descriptors + 1);
  bench.backend.dispose(accept);
  CHECK(open_descriptors() == descriptors);
  CHECK(client.recv().empty());

  const Peer listener = Peer::listen();
  ConnectOp connect;
  connect.to = listener.address();
  REQUIRE(bench.result(connect) == 0);
  const Peer accepted = listener.accept();
  bench.backend.dispose(connect);
  CHECK(accepted.recv().empty());

  RecvOp failed;
  failed.on = accept.accepted;
  failed.size_bytes = 1;
  REQUIRE(bench.result(failed) == -EBADF);
  bench.backend.dispose(failed);
}

RILL_ON_EACH("The end of the backend closes everything that is open") {
  const int descriptors = open_descriptors();
  {
    Workbench bench;
    auto [socket, peer] = bench.connected();
    bench.listen();
    CHECK(open_descriptors() > descriptors);
  }
  CHECK(open_descriptors() == descriptors);
}

RILL_ON_EACH("A thousand connections that close in one turn leave nothing behind") {
  const int descriptors = open_descriptors();
  {
    Workbench bench;
    const Listened listened = bench.listen();
    constexpr int kRounds = 4;
    constexpr int kConnections = 250;
    for (int round = 0; round < kRounds; ++round) {
      std::vector<Peer> peers;
      std::vector<std::unique_ptr<Receiver>> receivers;
      for (int i = 0; i < kConnections; ++i) {
        peers.push_back(Peer::connect(listened.bound));
        AcceptOp accept;
        accept.on = listened.handle;
        REQUIRE(bench.result(accept) == 0);
        receivers.push_back(std::make_unique<Receiver>(accept.accepted));
        bench.start(receivers.back()->op);
      }
      for (std::size_t i = 0; i < peers.size(); ++i) {
        if (i % 2 == 0) {
          peers[i].reset();
        } else {
          peers[i].close();
        }
      }
      for (std::size_t i = 0; i < peers.size(); ++i) {
        REQUIRE(bench.ends(receivers[i]->op));
        CHECK(receivers[i]->op.result == (i % 2 == 0 ? -ECONNRESET : 0));
        bench.backend.close(receivers[i]->op.on);
      }
    }
    CHECK(bench.completions == 2 * kRounds * kConnections);
  }
  CHECK(open_descriptors() == descriptors);
}

}  // namespace
}  // namespace rill::testing
