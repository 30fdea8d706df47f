// Pauses: a host stands still, the kernel below its tasks goes on, and nothing is lost or late for
// another reason.
#include "scheduler/deadlock.h"
#include "tests/simnet/raw.h"

namespace rill::simnet {
namespace {

TEST_CASE("timers that come due while a host is paused fire when it goes on, in their order",
          "[pause]") {
  Pair pair;
  pair.run([](Pair& pair) -> Task<> {
    std::string order;
    const auto sleeper = [&order](const char* name, Duration length) -> Task<> {
      co_await sleep(length);
      order += name;
    };
    const TaskRef last = spawn_on(pair.server, sleeper, "d", 9_s);
    spawn_on(pair.server, sleeper, "b", 3_s);
    spawn_on(pair.server, sleeper, "a", 2_s);
    spawn_on(pair.server, sleeper, "c", 3_s);
    spawn_on(pair.client, sleeper, "x", 4_s);
    co_await sleep(1_s);
    pair.network.pause(pair.server);
    co_await sleep(4_s);
    CHECK(order == "x");
    pair.network.resume(pair.server);
    co_await sleep(1_ns);
    CHECK(order == "xabc");
    co_await join(last);
    CHECK(now() == Instant{9'000'000'000});
  }(pair));
}

TEST_CASE("ready tasks of a paused host keep their order and wait", "[pause]") {
  Pair pair;
  pair.run([](Pair& pair) -> Task<> {
    std::string order;
    const auto walker = [&order](const char* name) -> Task<> {
      for (int i = 0; i < 3; ++i) {
        order += name;
        co_await null();
      }
    };
    spawn_on(pair.server, walker, "a");
    spawn_on(pair.client, walker, "x");
    const TaskRef last = spawn_on(pair.server, walker, "b");
    co_await null();
    CHECK(order == "axb");
    pair.network.pause(pair.server);
    co_await sleep(1_s);
    CHECK(order == "axbxx");
    pair.network.resume(pair.server);
    co_await join(last);
    CHECK(order == "axbxxabab");
  }(pair));
}

TEST_CASE("a task that pauses its own host stops at the end of its step", "[pause]") {
  Pair pair;
  pair.run([](Pair& pair) -> Task<> {
    int steps = 0;
    const TaskRef task = spawn_on(pair.server, [&]() -> Task<> {
      pair.network.pause(pair.server);
      ++steps;
      co_await null();
      ++steps;
    });
    co_await sleep(1_s);
    CHECK(steps == 1);
    pair.network.resume(pair.server);
    co_await join(task);
    CHECK(steps == 2);
  }(pair));
}

TEST_CASE("the kernel of a paused host acknowledges what fits, and no more", "[pause]") {
  NetworkOptions options;
  options.host.receive_buffer_bytes = 1000;
  options.host.send_buffer_bytes = 1500;
  Pair pair(options);
  pair.run([](Pair& pair) -> Task<> {
    const Ends ends = co_await connect_ends(pair.client, pair.server);
    Received all;
    const TaskRef reader = spawn_on(pair.server, [&]() -> Task<> {
      Received got = co_await receive_all(ends.server, 9000);
      all = std::move(got);
    });
    co_await null();  // it waits in recv
    pair.network.pause(pair.server);
    std::int64_t sent = 0;
    const TaskRef writer = spawn_on(pair.client, [&]() -> Task<> {
      while (sent < 9000) {
        const std::int64_t part = co_await Sending(ends.client, pattern(9000).substr(sent));
        sent += part;
      }
    });
    co_await sleep(1_s);
    CHECK(sent == 2500);  // what both buffers hold
    CHECK(!writer.has_ended());
    pair.network.resume(pair.server);
    co_await join(reader);
    CHECK(all.bytes == pattern(9000));
    co_await join(writer);
    ends.close_all();
  }(pair));
}

TEST_CASE("what arrived before a reset can still be read after a pause", "[pause]") {
  Pair pair;
  pair.run([](Pair& pair) -> Task<> {
    const Ends ends = co_await connect_ends(pair.client, pair.server);
    std::vector<std::int64_t> results;
    const TaskRef reader = spawn_on(pair.server, [&]() -> Task<> {
      for (int i = 0; i < 3; ++i) {
        const Received got = co_await Receiving(ends.server, 100);
        results.push_back(got.result);
      }
    });
    co_await null();
    pair.network.pause(pair.server);
    co_await Sending(ends.client, "last words");
    backend().reset(ends.client);
    co_await sleep(1_s);
    CHECK(results.empty());
    pair.network.resume(pair.server);
    co_await join(reader);
    CHECK(results == std::vector<std::int64_t>{10, -ECONNRESET, 0});
    ends.close_all();
  }(pair));
}

TEST_CASE("connections get into the backlog of a paused host, and are accepted later", "[pause]") {
  Pair pair;
  pair.run([](Pair& pair) -> Task<> {
    const Closing listener(listen_on(pair.server, 0));
    int accepted = 0;
    const TaskRef server = spawn_on(pair.server, [&]() -> Task<> {
      for (int i = 0; i < 2; ++i) {
        const Accepted one = co_await Accepting(listener.socket);
        ++accepted;
        backend().close(one.socket);
      }
    });
    co_await null();
    pair.network.pause(pair.server);
    const Address address = pair.network.address(pair.server, kPort);
    const Connected one = co_await connect_from(pair.client, address);
    CHECK(one.result == 0);
    CHECK(now() == Instant{2'000'000});
    co_await sleep(1_ms);
    // The queue is full now: listen(2), one more than the backlog of 0. SYNs are dropped.
    Connected two{1, {}};
    const TaskRef other = spawn_on(pair.client, [&]() -> Task<> {
      const Connected connected = co_await Connecting(address);
      two = connected;
    });
    co_await sleep(500_ms);
    CHECK(accepted == 0);
    CHECK(two.result == 1);
    pair.network.resume(pair.server);
    co_await join(server);
    co_await join(other);
    CHECK(two.result == 0);
    backend().close(one.socket);
    backend().close(two.socket);
  }(pair));
}

TEST_CASE("a timeout does not fire, and runs no destructor, while its host is paused", "[pause]") {
  Pair pair;
  pair.run([](Pair& pair) -> Task<> {
    struct Mark {
      explicit Mark(bool& g) : gone(g) {}
      ~Mark() { gone = true; }
      bool& gone;
    };
    bool gone = false;
    Outcome outcome = Outcome::finished;
    const TaskRef task = spawn_on(pair.server, [&]() -> Task<> {
      const auto child = [](bool& gone) -> Task<> {
        const Mark mark(gone);
        co_await sleep(10_s);
      };
      const Outcome result = co_await timeout(2_s, child(gone));
      outcome = result;
    });
    co_await sleep(1_s);
    pair.network.pause(pair.server);
    co_await sleep(5_s);
    CHECK(!gone);
    pair.network.resume(pair.server);
    co_await join(task);
    CHECK(gone);
    CHECK(outcome == Outcome::timed_out);
    CHECK(now() == Instant{6'000'000'000});
  }(pair));
}

TEST_CASE("tasks of a paused host can be killed, and their operations come back", "[pause][kill]") {
  Pair pair;
  pair.run([](Pair& pair) -> Task<> {
    const Ends ends = co_await connect_ends(pair.client, pair.server);
    const TaskRef reader =
        spawn_on(pair.server, [&]() -> Task<> { co_await Receiving(ends.server, 100); });
    const TaskRef sleeper = spawn_on(pair.server, []() -> Task<> { co_await sleep(1_ms); });
    const TaskRef walker = spawn_on(pair.server, []() -> Task<> { co_await null(); });
    co_await null();
    pair.network.pause(pair.server);
    co_await Sending(ends.client, "hello");
    co_await sleep(1_s);
    for (const TaskRef& task : {reader, sleeper, walker}) {
      CHECK(!task.has_ended());
      co_await kill(task);
    }
    pair.network.resume(pair.server);
    const Received got = co_await Receiving(ends.server, 100);
    CHECK(got.bytes == "hello");
    ends.close_all();
  }(pair));
}

TEST_CASE("a socket that is closed under a paused task ends its call as always", "[pause]") {
  Pair pair;
  pair.run([](Pair& pair) -> Task<> {
    const Ends ends = co_await connect_ends(pair.client, pair.server);
    std::int64_t result = 0;
    const TaskRef reader = spawn_on(pair.server, [&]() -> Task<> {
      const Received got = co_await Receiving(ends.server, 100);
      result = got.result;
    });
    co_await null();
    pair.network.pause(pair.server);
    co_await null();
    ends.close_all();
    co_await sleep(1_s);
    CHECK(!reader.has_ended());
    pair.network.resume(pair.server);
    co_await join(reader);
    CHECK(result == -ECANCELED);
  }(pair));
}

TEST_CASE("a host that is paused may crash, and comes back running", "[pause][crash]") {
  Pair pair;
  int starts = 0;
  pair.network.boot(pair.server, [&starts]() -> Task<> {
    ++starts;
    co_await sleep(10_ms);
  });
  pair.run([](Pair& pair, int& starts) -> Task<> {
    co_await sleep(1_ms);
    pair.network.pause(pair.server);
    co_await sleep(1_s);
    pair.network.crash(pair.server);
    pair.network.resume(pair.server);  // of no effect
    co_await sleep(1_s);
    CHECK(starts == 1);
    pair.network.restart(pair.server);
    co_await sleep(1_s);
    CHECK(starts == 2);
  }(pair, starts));
}

TEST_CASE("nobody will resume it: a deadlock, which says that the host is held", "[pause]") {
  Pair pair;
  try {
    run(
        [](Pair& pair) -> Task<> {
          const TaskRef task = spawn_on(pair.server, []() -> Task<> { co_await sleep(1_ms); });
          const TaskRef ready = spawn_on(pair.server, []() -> Task<> { co_await null(); });
          co_await null();
          pair.network.pause(pair.server);
          co_await join(ready);
          co_await join(task);
        }(pair),
        pair.network);
    FAIL("no deadlock");
  } catch (const Deadlock& deadlock) {
    CHECK_THAT(deadlock.what(), rill::testing::contains("waits for its host, which is held"));
  }
  // And the next run finds it paused still.
  bool ran = false;
  run(
      [](Pair& pair, bool& ran) -> Task<> {
        const TaskRef task = spawn_on(pair.server, [&ran]() -> Task<> {
          ran = true;
          co_return;
        });
        co_await sleep(1_s);
        CHECK(!ran);
        pair.network.resume(pair.server);
        co_await join(task);
      }(pair, ran),
      pair.network);
  CHECK(ran);
}

}  // namespace
}  // namespace rill::simnet
