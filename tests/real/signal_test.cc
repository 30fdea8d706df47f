// Signals as completions, and the signal mask that is restored afterwards.
#include <csignal>

#include "tests/real/usual_effect.h"
#include "tests/real/workbench.h"

namespace rill::testing {
namespace {

SignalOp& waiting_for(SignalOp& op, std::initializer_list<int> numbers) {
  for (const int number : numbers) op.mask |= std::uint64_t{1} << (number - 1);
  return op;
}

bool is_blocked(int number) {
  sigset_t blocked;
  pthread_sigmask(SIG_BLOCK, nullptr, &blocked);
  return sigismember(&blocked, number) == 1;
}

/// One SIGHUP is waited for, and comes; who waited has not had its turn.
void hear_hangup(Workbench& bench) {
  SignalOp first;
  bench.start(waiting_for(first, {SIGHUP}));
  ::raise(SIGHUP);
  REQUIRE(bench.ends(first));
}

RILL_ON_EACH("A signal ends the wait for it instead of the process, also just after the start") {
  Workbench bench;
  SignalOp op;
  bench.start(waiting_for(op, {SIGTERM}));
  ::raise(SIGTERM);
  REQUIRE(bench.ends(op));
  CHECK(op.result == SIGTERM);
}

RILL_ON_EACH("Of several signals any ends the wait, and its number is told") {
  Workbench bench;
  SignalOp op;
  bench.start(waiting_for(op, {SIGTERM, SIGINT, SIGHUP}));
  ::kill(::getpid(), SIGINT);
  REQUIRE(bench.ends(op));
  CHECK(op.result == SIGINT);
}

RILL_ON_EACH("Everybody who waits for a signal gets it; who waits for another one waits on") {
  Workbench bench;
  SignalOp first;
  SignalOp second;
  SignalOp other;
  bench.start(waiting_for(first, {SIGUSR1}));
  bench.start(waiting_for(other, {SIGUSR2}));
  bench.start(waiting_for(second, {SIGUSR1, SIGHUP}));
  ::raise(SIGUSR1);
  REQUIRE(bench.ends(first));
  REQUIRE(bench.ends(second));
  CHECK(second.result == SIGUSR1);
  CHECK(other.state == Op::State::in_flight);
  ::raise(SIGUSR2);
  REQUIRE(bench.ends(other));
  CHECK(other.result == SIGUSR2);
}

RILL_ON_EACH("When nobody waits any more a signal has its usual effect again") {
  const int descriptors = open_descriptors();
  const UsualEffect usual(SIGTERM);
  Workbench bench;
  SignalOp op;
  bench.start(waiting_for(op, {SIGTERM, SIGUSR1}));
  CHECK(is_blocked(SIGTERM));
  CHECK(is_blocked(SIGUSR1));
  ::raise(SIGTERM);
  REQUIRE(bench.ends(op));
  CHECK(UsualEffect::effects == 0);
  bench.turn(1_ms);
  CHECK(!is_blocked(SIGTERM));
  CHECK(!is_blocked(SIGUSR1));
  CHECK(open_descriptors() == descriptors + 1);  // the epoll instance
  ::raise(SIGTERM);
  CHECK(UsualEffect::effects == 1);
}

RILL_ON_EACH("A signal that others still wait for stays theirs when one leaves") {
  Workbench bench;
  SignalOp both;
  SignalOp one;
  bench.start(waiting_for(both, {SIGUSR1, SIGUSR2}));
  bench.start(waiting_for(one, {SIGUSR1}));
  bench.cancel(both);
  bench.turn(1_ms);
  CHECK(is_blocked(SIGUSR1));
  CHECK(!is_blocked(SIGUSR2));
  ::raise(SIGUSR1);
  REQUIRE(bench.ends(one));
}

RILL_ON_EACH("A task that awaits the same signal again and again leaves no gap") {
  const UsualEffect usual(SIGHUP);
  Workbench bench;
  hear_hangup(bench);
  for (int i = 0; i < 5; ++i) {
    ::raise(SIGHUP);  // it comes before the task has its turn
    SignalOp next;
    CHECK(bench.result(waiting_for(next, {SIGHUP})) == SIGHUP);
  }
  CHECK(UsualEffect::effects == 0);
}

/// As a scheduler looks between two batches of tasks.
void look(Workbench& bench) { bench.backend.wait(Instant{}); }

RILL_ON_EACH("Nor while it waits for its turn among many, but a busy loop lets go in the end") {
  const UsualEffect usual(SIGHUP);
  Workbench bench;
  hear_hangup(bench);
  for (int i = 0; i < 3; ++i) look(bench);
  ::raise(SIGHUP);
  for (int i = 0; i < 3; ++i) look(bench);
  SignalOp next;
  CHECK(bench.result(waiting_for(next, {SIGHUP})) == SIGHUP);
  CHECK(UsualEffect::effects == 0);
  ::raise(SIGHUP);
  for (int i = 0; i < 2000; ++i) look(bench);
  CHECK(UsualEffect::effects == 1);
}

RILL_ON_EACH("Of two signals that come together the second is left to who waits next") {
  const UsualEffect usual(SIGHUP);
  Workbench bench;
  SignalOp first;
  bench.start(waiting_for(first, {SIGTERM, SIGHUP}));
  ::raise(SIGHUP);
  ::raise(SIGTERM);
  REQUIRE(bench.ends(first));
  CHECK(first.result == SIGHUP);  // the kernel gives the lower number first
  SignalOp next;
  CHECK(bench.result(waiting_for(next, {SIGTERM})) == SIGTERM);
  CHECK(UsualEffect::effects == 0);
}

RILL_ON_EACH("A signal that was blocked before stays blocked afterwards") {
  sigset_t usr1;
  sigemptyset(&usr1);
  sigaddset(&usr1, SIGUSR1);
  pthread_sigmask(SIG_BLOCK, &usr1, nullptr);
  {
    Workbench bench;
    SignalOp op;
    bench.start(waiting_for(op, {SIGUSR1}));
    ::raise(SIGUSR1);
    REQUIRE(bench.ends(op));
    bench.turn(1_ms);
    CHECK(is_blocked(SIGUSR1));
  }
  pthread_sigmask(SIG_UNBLOCK, &usr1, nullptr);
}

RILL_ON_EACH("A cancelled wait, the end of a run and the end of the backend restore the mask") {
  {
    Workbench bench;
    SignalOp op;
    bench.start(waiting_for(op, {SIGTERM}));
    bench.cancel(op);
    CHECK(op.result == -ECANCELED);
    bench.backend.detach();
    CHECK(!is_blocked(SIGTERM));
    SignalOp again;
    bench.start(waiting_for(again, {SIGTERM}));
    bench.cancel(again);
    CHECK(is_blocked(SIGTERM));
  }
  CHECK(!is_blocked(SIGTERM));
}

RILL_ON_EACH("Signals that cannot be waited for are refused") {
  Workbench bench;
  for (const int number : {SIGKILL, SIGSTOP}) {
    SignalOp op;
    CHECK(bench.result(waiting_for(op, {SIGTERM, number})) == -EINVAL);
  }
  SignalOp none;
  CHECK(bench.result(none) == -EINVAL);
  CHECK(!is_blocked(SIGTERM));
}

RILL_ON_EACH("Without a descriptor for it, the wait fails and nothing stays blocked") {
  for (const Call call : {Call::signalfd, Call::epoll_ctl}) {
    if (call == Call::epoll_ctl && !is_epoll()) continue;
    Workbench bench;
    call_log.fail(call, 1, ENOMEM);
    SignalOp op;
    CHECK(bench.result(waiting_for(op, {SIGTERM})) == -ENOMEM);
    CHECK(!is_blocked(SIGTERM));
    SignalOp again;
    bench.start(waiting_for(again, {SIGTERM}));
    ::raise(SIGTERM);
    REQUIRE(bench.ends(again));
  }
}

}  // namespace
}  // namespace rill::testing
