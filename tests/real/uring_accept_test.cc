// accept as a request of io_uring: what the kernel accepts by itself is as what accept4(2) gives,
// there is never more of it than was asked for, and none of it is lost.
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/resource.h>

#include <memory>
#include <vector>

#include "tests/real/uring_workbench.h"

namespace rill::testing {
namespace {

/// An accept that waits in the kernel.
struct Waiting {
  explicit Waiting(Workbench& its_bench, const Address& at = Address::loopback_ipv4())
      : bench(its_bench), listened(bench.listen(at)) {
    op.on = listened.handle;
    wait();
  }
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;
  ~Waiting() {
    if (op.state == Op::State::in_flight) bench.cancel(op);
  }
  void wait() {
    bench.start(op);
    bench.turn();
    REQUIRE(op.state == Op::State::in_flight);
    call_log = {};
  }

  Workbench& bench;
  Listened listened;
  AcceptOp op;
};

/// A connection that the kernel has accepted, and its completion is taken, but nobody is told yet:
/// so it is while the backend waits for a request that it has cancelled.
struct AcceptedUntold {
  explicit AcceptedUntold(Workbench& bench)
      : other(bench), accept(bench), peer(Peer::connect(accept.listened.bound)) {
    bench.cancel(other.op);
    REQUIRE(other.op.result == -ECANCELED);
    REQUIRE(accept.op.state == Op::State::in_flight);
    call_log = {};
  }
  Waiting other;
  Waiting accept;
  Peer peer;
};

/// IORING_FEAT_RECVSEND_BUNDLE: since 6.10 the kernel says whether more than one has come.
bool kernel_tells_of_more() {
  io_uring ring{};
  REQUIRE(io_uring_queue_init(1, &ring, 0) == 0);
  const bool tells = (ring.features & (1u << 14)) != 0;
  io_uring_queue_exit(&ring);
  return tells;
}

RILL_ON_URING("A connection that comes alone costs no call of accept4") {
  Workbench bench;
  Waiting accept(bench);
  for (int i = 0; i < 3; ++i) {
    const Peer peer = Peer::connect(accept.listened.bound);
    REQUIRE(bench.ends(accept.op));
    CHECK(accept.op.result == 0);
    CHECK(accept.op.peer == peer.address());
    peer.send("hello");
    CHECK(bench.recv(accept.op.accepted) == "hello");
    CHECK(call_log.count(Call::accept4) == 0);
    if (!kernel_tells_of_more()) return;
    bench.start(accept.op);
    bench.turn();
  }
}

RILL_ON_URING("What the kernel accepts has the flags, the options and the address of any other") {
  for (const Address& at : {Address::loopback_ipv4(), Address::parse("::1", 0).value()}) {
    Workbench bench;
    Waiting accept(bench, at);
    const Peer peer = Peer::connect(accept.listened.bound);
    REQUIRE(bench.ends(accept.op));
    REQUIRE(call_log.count(Call::accept4) == 0);
    CHECK(accept.op.peer == peer.address());
    const int fd = descriptor_of(peer);
    CHECK((::fcntl(fd, F_GETFL) & O_NONBLOCK) != 0);
    CHECK((::fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);
    for (const int option : {TCP_NODELAY, TCP_NOTSENT_LOWAT}) {
      int value = 0;
      socklen_t size_bytes = sizeof value;
      REQUIRE(::getsockopt(fd, IPPROTO_TCP, option, &value, &size_bytes) == 0);
      CHECK(value == (option == TCP_NODELAY ? 1 : 128 << 10));
    }
  }
}

RILL_ON_URING("Several that come at once are accepted in their order within one turn") {
  Workbench bench;
  Waiting accept(bench);
  std::vector<Peer> peers;
  for (int i = 0; i < 5; ++i) peers.push_back(Peer::connect(accept.listened.bound));
  REQUIRE(bench.ends(accept.op));
  CHECK(accept.op.peer == peers[0].address());
  for (std::size_t i = 1; i < 5; ++i) {
    bench.start(accept.op);  // without a turn
    REQUIRE(accept.op.state == Op::State::completed);
    CHECK(accept.op.peer == peers[i].address());
  }
  accept.wait();
  bench.cancel(accept.op);
}

RILL_ON_URING("Whom nobody has asked for is left in the backlog") {
  const bool is_cancelled = GENERATE(false, true);
  Workbench bench;
  Waiting accept(bench);
  const Peer served = Peer::connect(accept.listened.bound);
  REQUIRE(bench.ends(accept.op));
  if (is_cancelled) {
    accept.wait();
    bench.cancel(accept.op);
  }
  const int descriptors = open_descriptors();
  std::vector<Peer> peers;
  for (int i = 0; i < 40; ++i) peers.push_back(Peer::connect(accept.listened.bound));
  for (int i = 0; i < 20; ++i) bench.turn(milliseconds(1));
  CHECK(open_descriptors() == descriptors + 40);  // the peers' own
  for (const Peer& peer : peers) {
    REQUIRE(bench.result(accept.op) == 0);
    CHECK(accept.op.peer == peer.address());
  }
}

RILL_ON_URING("A cancelled accept leaves who comes next in the backlog, or to the next accept") {
  Workbench bench;
  Waiting accept(bench);
  for (int i = 0; i < 50; ++i) {
    const Peer peer = Peer::connect(accept.listened.bound);
    bench.cancel(accept.op);
    REQUIRE(accept.op.result == -ECANCELED);
    bench.turn();
    REQUIRE(bench.result(accept.op) == 0);
    CHECK(accept.op.peer == peer.address());
    peer.send("hello");
    CHECK(bench.recv(accept.op.accepted) == "hello");
    bench.close(accept.op.accepted);
    accept.wait();
  }
}

RILL_ON_URING(
    "A connection that the kernel had accepted for a cancelled accept is the next one's") {
  for (const bool is_told : {false, true}) {
    Workbench bench;
    AcceptedUntold at_hand(bench);
    auto& [other, accept, first] = at_hand;
    const Peer second = Peer::connect(accept.listened.bound);
    bench.cancel(accept.op);
    REQUIRE(accept.op.result == -ECANCELED);
    if (is_told) bench.turn();
    for (const Peer* const peer : {static_cast<const Peer*>(&first), &second}) {
      REQUIRE(bench.result(accept.op) == 0);
      CHECK(accept.op.peer == peer->address());
      peer->send("hello");
      CHECK(bench.recv(accept.op.accepted) == "hello");
    }
  }
}

RILL_ON_URING("A listener that closes hands over what the kernel had accepted for who waits") {
  Workbench bench;
  AcceptedUntold at_hand(bench);
  auto& [other, accept, peer] = at_hand;
  bench.close(accept.listened.handle);
  REQUIRE(accept.op.result == 0);
  CHECK(accept.op.peer == peer.address());
  CHECK(bench.send(accept.op.accepted, "answer") == 6);
  CHECK(peer.recv() == "answer");
}

RILL_ON_URING("A listener that closes resets what the kernel had accepted and nobody wants") {
  const int descriptors = open_descriptors();
  {
    Workbench bench;
    AcceptedUntold at_hand(bench);
    auto& [other, accept, peer] = at_hand;
    bench.cancel(accept.op);
    bench.close(accept.listened.handle);
    CHECK(accept.op.result == -ECANCELED);
    CHECK(peer.recv() == error_text(ECONNRESET));
  }
  CHECK(open_descriptors() == descriptors);
}

RILL_ON_URING("A number in use again gets nothing of the listener that had it before") {
  Workbench bench;
  AcceptedUntold at_hand(bench);
  auto& [other, old, old_peer] = at_hand;
  bench.cancel(old.op);
  bench.close(old.listened.handle);
  Waiting next(bench);
  REQUIRE(next.listened.handle.slot == old.listened.handle.slot);
  for (int i = 0; i < 3; ++i) bench.turn(milliseconds(1));
  CHECK(next.op.state == Op::State::in_flight);
  const Peer next_peer = Peer::connect(next.listened.bound);
  REQUIRE(bench.ends(next.op));
  CHECK(next.op.peer == next_peer.address());
}

RILL_ON_URING("A socket that others may accept from, too, is polled: each who waits hears of it") {
  std::vector<std::unique_ptr<AcceptOp>> accepts;
  Workbench bench;
  const Peer owner = Peer::listen();
  ::fcntl(owner.fd(), F_SETFL, O_NONBLOCK);
  for (int i = 0; i < 2; ++i) {
    const int copy = ::fcntl(owner.fd(), F_DUPFD_CLOEXEC, 0);
    accepts.push_back(std::make_unique<AcceptOp>());
    accepts.back()->on = bench.listen({}, {.inherited_fd = copy}).handle;
    bench.start(*accepts.back());
    bench.turn();
    REQUIRE(accepts.back()->state == Op::State::in_flight);
  }
  const Peer peer = Peer::connect(owner.address());
  bench.cancel(*accepts[0]);
  REQUIRE(bench.ends(*accepts[1]));
  CHECK(accepts[1]->peer == peer.address());
  CHECK(call_log.count(Call::ring_accept) == 0);
}

RILL_ON_URING("A kernel that refuses accepts is asked by polls from then on") {
  for (const int error : {EINVAL, EAGAIN}) {
    Workbench bench;
    const Listened listened = bench.listen();
    AcceptOp accept;
    accept.on = listened.handle;
    call_log.fail(Call::ring_accept, 1, error);
    for (int i = 0; i < 3; ++i) {
      bench.start(accept);
      bench.turn();
      bench.turn();
      REQUIRE(accept.state == Op::State::in_flight);
      const Peer peer = Peer::connect(listened.bound);
      REQUIRE(bench.ends(accept));
      CHECK(accept.result == 0);
      CHECK(accept.peer == peer.address());
    }
    CHECK(call_log.count(Call::ring_accept) == 1);
    CHECK(call_log.count(Call::ring_poll) >= 3);
  }
}

RILL_ON_URING("Any other error of the kernel's accept leads to accept4, which knows") {
  for (const int error : {EMFILE, ENFILE, ENOBUFS, ENOMEM, ECONNABORTED, EPROTO, EINTR}) {
    Workbench bench;
    const Listened listened = bench.listen();
    AcceptOp accept;
    accept.on = listened.handle;
    call_log.fail(Call::ring_accept, 1, error);
    bench.start(accept);
    bench.turn();
    const Peer peer = Peer::connect(listened.bound);
    REQUIRE(bench.ends(accept));
    CHECK(accept.result == 0);
    CHECK(accept.peer == peer.address());
  }
}

RILL_ON_URING("Out of descriptors while the kernel waits: no spin, and served when one is free") {
  rlimit before{};
  getrlimit(RLIMIT_NOFILE, &before);
  rlimit few = before;
  few.rlim_cur = 256;  // the kernel looks at it when the request is made
  setrlimit(RLIMIT_NOFILE, &few);
  Workbench bench;
  Waiting accept(bench);
  const Peer peer = Peer::connect(accept.listened.bound);
  std::vector<int> taken;
  for (int fd; (fd = ::open("/dev/null", O_RDONLY | O_CLOEXEC)) >= 0;) taken.push_back(fd);
  for (int i = 0; i < 20; ++i) bench.turn(milliseconds(5));
  CHECK(accept.op.state == Op::State::in_flight);
  CHECK(call_log.count(Call::accept4) >= 1);
  CHECK(call_log.count(Call::accept4) < 8);  // at 0, 5, 15, 35, 75, ... ms
  for (const int fd : taken) ::close(fd);
  setrlimit(RLIMIT_NOFILE, &before);
  REQUIRE(bench.ends(accept.op));
  CHECK(accept.op.result == 0);
  CHECK(accept.op.peer == peer.address());
}

}  // namespace
}  // namespace rill::testing
