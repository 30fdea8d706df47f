// What goes wrong while a connection comes to be: connects that are refused, hang, or are late,
// full queues, and accepts that fail.
#include "tests/simnet/planned.h"

namespace rill::simnet {
namespace {

constexpr std::uint64_t kAccepts = listener_key("server", kPort);

TEST_CASE("a connect is refused though somebody listens", "[faults][connect]") {
  Pair pair(with({Fault::connect_refuse}));
  PlannedOracle oracle;
  oracle.plan(Fault::connect_refuse, kFirstBack, 1);
  pair.run(
      [](Pair& pair) -> Task<> {
        const Handle listener = listen_on(pair.server);
        const Instant start = now();
        const Connected refused =
            co_await connect_from(pair.client, pair.network.address(pair.server, kPort));
        CHECK(refused.result == -ECONNREFUSED);
        CHECK(now() - start == 2_ms);
        const Connected next =
            co_await connect_from(pair.client, pair.network.address(pair.server, kPort));
        CHECK(next.result == 0);
        backend().close(next.socket);
        backend().close(listener);
      }(pair),
      &oracle);
  CHECK(pair.network.fault_count(Fault::connect_refuse) == 1);
}

TEST_CASE("a connect that hangs ends in ETIMEDOUT; one that is late comes after 1, 3 or 7 s",
          "[faults][connect]") {
  struct Case {
    Fault fault;
    std::uint64_t strength;
    std::int64_t result;
    Duration after;
  };
  for (const Case& given :
       {Case{Fault::connect_hang, 1, -ETIMEDOUT, 127_s}, Case{Fault::connect_late, 1, 0, 1'002_ms},
        Case{Fault::connect_late, 2, 0, 3'002_ms}, Case{Fault::connect_late, 3, 0, 7'002_ms}}) {
    Pair pair(with({given.fault}));
    PlannedOracle oracle;
    oracle.plan(given.fault, kFirstBack, given.strength);
    pair.run(
        [](Pair& pair, const Case& given) -> Task<> {
          const Handle listener = listen_on(pair.server);
          const Instant start = now();
          const Connected connected =
              co_await connect_from(pair.client, pair.network.address(pair.server, kPort));
          CHECK(connected.result == given.result);
          CHECK(now() - start == given.after);
          backend().close(connected.socket);
          backend().close(listener);
        }(pair, given),
        &oracle);
    CHECK(pair.network.fault_count(given.fault) == 1);
  }
}

TEST_CASE("a connect that hangs gets through once the menu's time is over", "[faults][until]") {
  NetworkOptions options = with({Fault::connect_hang});
  options.faults.until = Instant() + 5_s;
  Pair pair(options);
  PlannedOracle oracle;
  oracle.plan(Fault::connect_hang, kFirstBack, 1);
  pair.run(
      [](Pair& pair) -> Task<> {
        const Handle listener = listen_on(pair.server);
        const Connected connected =
            co_await connect_from(pair.client, pair.network.address(pair.server, kPort));
        CHECK(connected.result == 0);
        CHECK(now() == Instant() + 7'002_ms);
        backend().close(connected.socket);
        backend().close(listener);
      }(pair),
      &oracle);
}

TEST_CASE("an accept queue that counts as full makes the client try again after a second",
          "[faults][backlog]") {
  Pair pair(with({Fault::backlog_full}));
  PlannedOracle oracle;
  Stories stories;
  oracle.plan(Fault::backlog_full, kFirstBack, 1);
  pair.run(
      [](Pair& pair) -> Task<> {
        const Instant start = now();
        const Ends ends = co_await connect_ends(pair.client, pair.server);
        CHECK(now() - start == 1'003_ms);
        ends.close_all();
      }(pair),
      &oracle, &stories);
  CHECK(pair.network.fault_count(Fault::backlog_full) == 1);
  CHECK(stories.told == std::vector<std::string>{"the accept queue of server:7 is full"});
}

TEST_CASE("accept fails with EMFILE, and the connection is still there; also if it came before",
          "[faults][accept]") {
  Pair pair(with({Fault::accept_emfile}));
  PlannedOracle oracle;
  oracle.plan(Fault::accept_emfile, kAccepts, 1);
  oracle.plan(fault_site(Fault::accept_emfile, kAccepts), 2, 1);
  pair.run(
      [](Pair& pair) -> Task<> {
        const Handle listener = listen_on(pair.server);
        const Address to = pair.network.address(pair.server, kPort);
        const Connected first = co_await connect_from(pair.client, to);
        co_await sleep(5_ms);
        Accepted accepted = co_await Accepting(listener);
        CHECK(accepted.result == -EMFILE);
        accepted = co_await Accepting(listener);
        CHECK(accepted.result == 0);
        backend().close(accepted.socket);
        const TaskRef later = spawn_on(
            pair.client,
            [](Address to) -> Task<> {
              const Connected second = co_await Connecting(to);
              CHECK(second.result == 0);
              co_await sleep(10_ms);
              backend().close(second.socket);
            },
            to);
        accepted = co_await Accepting(listener);  // waits for it
        CHECK(accepted.result == -EMFILE);
        accepted = co_await Accepting(listener);
        CHECK(accepted.result == 0);
        co_await join(later);
        backend().close(accepted.socket);
        backend().close(first.socket);
        backend().close(listener);
      }(pair),
      &oracle);
  CHECK(pair.network.fault_count(Fault::accept_emfile) == 2);
}

TEST_CASE("accept fails with ECONNABORTED, and the connection is gone", "[faults][accept]") {
  Pair pair(with({Fault::accept_aborted}));
  PlannedOracle oracle;
  oracle.plan(Fault::accept_aborted, kAccepts, 1);
  pair.run(
      [](Pair& pair) -> Task<> {
        const Handle listener = listen_on(pair.server);
        const Address to = pair.network.address(pair.server, kPort);
        const Connected lost = co_await connect_from(pair.client, to);
        CHECK(lost.result == 0);
        Accepted accepted = co_await Accepting(listener);
        CHECK(accepted.result == -ECONNABORTED);
        const Received error = co_await Receiving(lost.socket, 10);
        CHECK(error.result == -ECONNRESET);
        const Connected next = co_await connect_from(pair.client, to);
        accepted = co_await Accepting(listener);
        CHECK(accepted.result == 0);
        for (const Handle handle : {lost.socket, next.socket, accepted.socket, listener}) {
          backend().close(handle);
        }
      }(pair),
      &oracle);
  CHECK(pair.network.fault_count(Fault::accept_aborted) == 1);
}

}  // namespace
}  // namespace rill::simnet
