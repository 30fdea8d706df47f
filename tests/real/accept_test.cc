// accept on real sockets: errors of single connections, running out of descriptors, storms.
#include <fcntl.h>
#include <sys/resource.h>

#include <vector>

#include "tests/real/workbench.h"

namespace rill::testing {
namespace {

/// Lowers the limit of descriptors so that exactly `spare` more can be opened.
class FewDescriptors {
 public:
  explicit FewDescriptors(int spare) {
    getrlimit(RLIMIT_NOFILE, &before_);
    const int lowest_free = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    ::close(lowest_free);
    rlimit few = before_;
    few.rlim_cur = static_cast<rlim_t>(lowest_free + spare);
    setrlimit(RLIMIT_NOFILE, &few);
  }
  FewDescriptors(const FewDescriptors&) = delete;
  FewDescriptors& operator=(const FewDescriptors&) = delete;
  ~FewDescriptors() { setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_;
};

double cpu_seconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

RILL_ON_EACH("Errors of one connection are not reported: the next connection is accepted") {
  for (const int error : {ECONNABORTED, EPROTO, EINTR, EPERM, ENETDOWN, EHOSTUNREACH}) {
    Workbench bench;
    const Listened listened = bench.listen();
    const Peer peer = Peer::connect(listened.bound);
    call_log.fail(Call::accept4, 1, error, 3);
    AcceptOp accept;
    accept.on = listened.handle;
    bench.start(accept);
    CHECK(accept.state == Op::State::completed);
    CHECK(accept.result == 0);
    CHECK(call_log.failures == 0);
  }
}

RILL_ON_EACH("A flood of connections that die at once does not keep the loop") {
  Workbench bench;
  const Listened listened = bench.listen();
  const Peer peer = Peer::connect(listened.bound);
  call_log.fail(Call::accept4, 1, ECONNABORTED, 40);
  AcceptOp accept;
  accept.on = listened.handle;
  bench.start(accept);
  CHECK(accept.state == Op::State::in_flight);
  REQUIRE(bench.ends(accept));
  CHECK(accept.result == 0);
}

RILL_ON_EACH("An error of the listener itself is reported") {
  Workbench bench;
  const Listened listened = bench.listen();
  call_log.fail(Call::accept4, 1, EFAULT);
  AcceptOp accept;
  accept.on = listened.handle;
  CHECK(bench.result(accept) == -EFAULT);
}

RILL_ON_EACH("A shortage is waited out: 5 ms, 10 ms, ... up to 640 ms between two tries") {
  for (const int error : {EMFILE, ENFILE, ENOBUFS, ENOMEM}) {
    Workbench bench;
    const Listened listened = bench.listen();
    const Peer peer = Peer::connect(listened.bound);
    call_log.fail(Call::accept4, 1, error, 4);
    AcceptOp accept;
    accept.on = listened.handle;
    const Instant before = bench.backend.now();
    REQUIRE(bench.result(accept) == 0);
    CHECK(bench.backend.now() - before >= milliseconds(5 + 10 + 20 + 40));
    CHECK(call_log.count(Call::accept4) == 5);
  }
}

RILL_ON_EACH("Out of descriptors: who waits is served when one of ours is closed, three rounds") {
  Workbench bench;
  const Listened listened = bench.listen();
  std::vector<Peer> waiting;
  for (int i = 0; i < 8; ++i) waiting.push_back(Peer::connect(listened.bound));
  const FewDescriptors few(4);
  std::vector<Handle> served;
  AcceptOp accept;
  accept.on = listened.handle;
  for (int i = 0; i < 4; ++i) {
    REQUIRE(bench.result(accept) == 0);
    served.push_back(accept.accepted);
  }
  bench.start(accept);
  REQUIRE(accept.state == Op::State::in_flight);
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 8; ++i) bench.turn(milliseconds(10));  // let the pause grow
    // Old connections are served meanwhile.
    waiting[static_cast<std::size_t>(round) + 1].send("old");
    CHECK(bench.recv(served[static_cast<std::size_t>(round) + 1]) == "old");
    bench.close(served[static_cast<std::size_t>(round)]);
    bench.turn(Duration());  // not after the rest of the pause
    REQUIRE(accept.state == Op::State::completed);
    REQUIRE(bench.ends(accept));
    REQUIRE(accept.result == 0);
    served.push_back(accept.accepted);
    bench.start(accept);
    REQUIRE(accept.state == Op::State::in_flight);
  }
  bench.cancel(accept);
}

RILL_ON_EACH(
    "Out of descriptors: who waits is served within a second of a free one, wherever freed") {
  Workbench bench;
  const Listened listened = bench.listen();
  const Peer peer = Peer::connect(listened.bound);
  const int taken = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  const FewDescriptors few(0);
  AcceptOp accept;
  accept.on = listened.handle;
  bench.start(accept);
  const Instant before = bench.backend.now();
  const double cpu_before = cpu_seconds();
  call_log = {};
  while (bench.backend.now() - before < milliseconds(1500)) bench.turn(milliseconds(100));
  CHECK(accept.state == Op::State::in_flight);
  CHECK(call_log.count(Call::accept4) < 12);  // at 5, 15, 35, ... 1275 ms
  CHECK(cpu_seconds() - cpu_before < 0.05 * 1.5);
  ::close(taken);
  const Instant freed = bench.backend.now();
  REQUIRE(bench.ends(accept));
  CHECK(accept.result == 0);
  CHECK(bench.backend.now() - freed < seconds(1));
}

RILL_ON_EACH("Without a descriptor, connect and listen fail with EMFILE, and accept waits") {
  Workbench bench;
  const Listened listened = bench.listen();
  const FewDescriptors few(0);
  ConnectOp connect;
  connect.to = listened.bound;
  CHECK(bench.result(connect) == -EMFILE);
  CHECK(bench.backend.listen(0, Address::loopback_ipv4(), {}).error == EMFILE);
}

TEST_CASE("A listener for which epoll has no room accepts all the same, a little later") {
  Workbench bench;
  const Listened listened = bench.listen();
  call_log.fail(Call::epoll_ctl, 1, ENOSPC, 3);
  AcceptOp accept;
  accept.on = listened.handle;
  bench.start(accept);
  CHECK(accept.state == Op::State::in_flight);
  const Peer peer = Peer::connect(listened.bound);
  REQUIRE(bench.ends(accept));
  CHECK(accept.result == 0);
}

RILL_ON_EACH("A starved accept can be cancelled and started again without hammering the kernel") {
  Workbench bench;
  const Listened listened = bench.listen();
  const Peer peer = Peer::connect(listened.bound);
  call_log.fail(Call::accept4, 1, EMFILE, 3);
  AcceptOp accept;
  accept.on = listened.handle;
  bench.start(accept);
  for (int i = 0; i < 20; ++i) {
    bench.cancel(accept);
    bench.start(accept);
  }
  CHECK(call_log.count(Call::accept4) == 1);
  REQUIRE(bench.ends(accept));
  CHECK(accept.result == 0);
}

RILL_ON_EACH("A starved listener can be closed") {
  Workbench bench;
  const Listened listened = bench.listen();
  const Peer peer = Peer::connect(listened.bound);
  call_log.fail(Call::accept4, 1, EMFILE, 3);
  AcceptOp accept;
  accept.on = listened.handle;
  bench.start(accept);
  bench.close(listened.handle);
  CHECK(accept.result == -ECANCELED);
  for (int i = 0; i < 3; ++i) bench.turn(milliseconds(10));
  CHECK(call_log.count(Call::accept4) == 1);
}

RILL_ON_EACH("A storm of clients that reset before accept leaves the listener working") {
  const int descriptors = open_descriptors();
  {
    Workbench bench;
    const Listened listened = bench.listen(Address::loopback_ipv4(), {.backlog = 8});
    AcceptOp accept;
    accept.on = listened.handle;
    for (int round = 0; round < 60; ++round) {
      for (int i = 0; i < 8; ++i) Peer::connect(listened.bound).reset();
      for (int i = 0; i < 8; ++i) {
        bench.start(accept);
        if (accept.state == Op::State::in_flight) {
          bench.cancel(accept);
          break;
        }
        REQUIRE(accept.result == 0);
        CHECK(bench.recv(accept.accepted) == error_text(ECONNRESET));
        bench.close(accept.accepted);
      }
    }
    const Peer last = Peer::connect(listened.bound);
    last.send("alive");
    REQUIRE(bench.result(accept) == 0);
    CHECK(bench.recv(accept.accepted) == "alive");
  }
  CHECK(open_descriptors() == descriptors);
}

}  // namespace
}  // namespace rill::testing
