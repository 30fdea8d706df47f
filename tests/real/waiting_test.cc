// wait(): deadlines, signals that interrupt, and kernels without epoll_pwait2.
#include <sys/time.h>

#include <algorithm>
#include <csignal>

#include "tests/real/workbench.h"

namespace rill::testing {
namespace {

/// Something in flight, so that waiting makes sense.
struct Pending {
  explicit Pending(Workbench& bench) : listened(bench.listen()) {
    accept.on = listened.handle;
    bench.start(accept);
  }
  Listened listened;
  AcceptOp accept;
};

RILL_ON_EACH("With nothing in flight, waiting for ever is idle") {
  Workbench bench;
  CHECK(bench.backend.wait(Instant::never()) == Waited::idle);
  Pending pending(bench);
  bench.cancel(pending.accept);
  CHECK(bench.backend.wait(Instant::never()) == Waited::idle);
}

RILL_ON_EACH(
    "A deadline is given to the kernel in nanoseconds, and never missed to the early side") {
  Workbench bench;
  Pending pending(bench);
  // Twenty in a row: a ring that an earlier test has left ends one wait by its last signal, and on
  // a busy machine that comes late (net/uring/uring_backend.h).
  int waits = 0;
  int in_a_row = 0;
  while (in_a_row < 20 && waits < 1000) {
    const Instant deadline = bench.backend.now() + microseconds(300);
    CHECK(bench.backend.wait(deadline) == Waited::progress);
    ++waits;
    in_a_row = bench.backend.now() < deadline ? 0 : in_a_row + 1;
  }
  CHECK(in_a_row == 20);
  if (is_epoll()) CHECK(call_log.count(Call::epoll_pwait2) == waits);
  bench.cancel(pending.accept);
}

TEST_CASE("Without epoll_pwait2 deadlines are rounded up to milliseconds, not down to a spin") {
  for (const int error : {ENOSYS, EPERM}) {
    Workbench bench;
    Pending pending(bench);
    call_log.fail(Call::epoll_pwait2, 1, error, 1000);
    for (int i = 0; i < 3; ++i) {
      const Instant deadline = bench.backend.now() + microseconds(300);
      // A wait may end early, as by the last signal of a ring that an earlier test has left.
      while (bench.backend.now() < deadline) bench.backend.wait(deadline);
    }
    CHECK(call_log.count(Call::epoll_pwait2) == 1);
    CHECK(call_log.count(Call::epoll_wait) >= 3);
    CHECK(call_log.count(Call::epoll_wait) <= 6);
    bench.cancel(pending.accept);
  }
}

RILL_ON_EACH("A deadline in the past looks and does not block") {
  Workbench bench;
  Pending pending(bench);
  const Peer peer = Peer::connect(pending.listened.bound);
  CHECK(bench.backend.wait(Instant{}) == Waited::progress);
  CHECK(pending.accept.state == Op::State::completed);
  CHECK(bench.backend.take_completed() == &pending.accept);
}

RILL_ON_EACH("With something to hand back, wait does not block") {
  Workbench bench;
  RecvOp refused;
  refused.on = Handle{77, 1};
  refused.size_bytes = 1;
  bench.backend.submit(refused);
  REQUIRE(bench.backend.has_completed());
  CHECK(bench.backend.wait(Instant::never()) == Waited::progress);
  CHECK(bench.backend.take_completed() == &refused);
}

RILL_ON_EACH("A signal ends the wait with progress") {
  Workbench bench;
  Pending pending(bench);
  struct sigaction quiet{};
  quiet.sa_handler = [](int) {};
  struct sigaction before{};
  sigaction(SIGALRM, &quiet, &before);
  const itimerval soon{{0, 0}, {0, 20'000}};
  setitimer(ITIMER_REAL, &soon, nullptr);
  CHECK(bench.backend.wait(Instant::never()) == Waited::progress);
  CHECK(pending.accept.state == Op::State::in_flight);
  sigaction(SIGALRM, &before, nullptr);
  bench.cancel(pending.accept);
}

RILL_ON_EACH("The clock starts near zero and never runs backwards") {
  Workbench bench;
  Instant last;
  CHECK(bench.backend.now() < Instant{} + seconds(5));
  for (int i = 0; i < 1000; ++i) {
    const Instant now = bench.backend.now();
    CHECK(now >= last);
    last = now;
  }
}

TEST_CASE("A process without a free descriptor cannot have a backend, and is told so") {
  call_log = {};
  call_log.fail(Call::epoll_create1, 1, EMFILE);
  CHECK_THROWS_WITH(EpollBackend({.syscalls = &kFaultySyscalls, .names = {}}),
                    contains("epoll_create1"));
}

}  // namespace
}  // namespace rill::testing
