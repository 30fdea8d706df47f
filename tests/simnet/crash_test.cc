// Crashes and restarts: what becomes of a host's tasks, and what it starts again with.
#include "tests/simnet/raw.h"

namespace rill::simnet {
namespace {

struct Witness {
  explicit Witness(int& n) : gone(n) {}
  Witness(const Witness&) = delete;
  Witness& operator=(const Witness&) = delete;
  ~Witness() { ++gone; }
  int& gone;
};

Task<> sleep_with(int& gone, Duration length) {
  const Witness witness(gone);
  co_await sleep(length);
}

TEST_CASE("a crash ends every task of the host, and no other; joiners learn that it was killed",
          "[crash]") {
  Pair pair;
  pair.run([](Pair& pair) -> Task<> {
    int gone = 0;
    const TaskRef victim = spawn_on(pair.server, sleep_with(gone, 1_s));
    const TaskRef neighbour = spawn_on(pair.server, sleep_with(gone, 2_s));
    const TaskRef stranger = spawn_on(pair.client, sleep_with(gone, 3_s));
    co_await sleep(1_ms);
    pair.network.crash(pair.server);
    CHECK(gone == 0);  // not in the middle of a step
    const Outcome outcome = co_await join(victim);
    CHECK(outcome == Outcome::killed);
    CHECK(gone == 2);
    CHECK(neighbour.has_ended());
    CHECK(now() == Instant{1'000'000});
    const Outcome other = co_await join(stranger);
    CHECK(other == Outcome::finished);
    CHECK(!pair.network.is_up(pair.server));
  }(pair));
}

TEST_CASE("a task may crash its own host: it dies at the end of its step", "[crash]") {
  Pair pair;
  pair.run([](Pair& pair) -> Task<> {
    int gone = 0;
    bool went_on = false;
    bool came_back = false;
    const TaskRef task = spawn_on(pair.server, [&]() -> Task<> {
      const Witness witness(gone);
      pair.network.crash(pair.server);
      went_on = true;
      co_await null();
      came_back = true;
    });
    const Outcome outcome = co_await join(task);
    CHECK(outcome == Outcome::killed);
    CHECK(went_on);
    CHECK(!came_back);
    CHECK(gone == 1);
  }(pair));
}

TEST_CASE("destructors of a crashed host reach no network, and can start nothing there",
          "[crash]") {
  Pair pair;
  pair.run([](Pair& pair) -> Task<> {
    const Ends ends = co_await connect_ends(pair.client, pair.server);
    bool ran = false;
    int error = 0;
    struct LastWords {
      ~LastWords() {
        backend().close(ends.server);  // a FIN, if it were still there
        error = backend().listen(pair.server, Address::any_ipv4(99), {}).error;
        spawn(
            [](bool& ran) -> Task<> {
              ran = true;
              co_return;
            },
            std::ref(ran));
      }
      Pair& pair;
      const Ends& ends;
      bool& ran;
      int& error;
    };
    spawn_on(pair.server, [&]() -> Task<> {
      const LastWords words{pair, ends, ran, error};
      co_await sleep(1_s);
    });
    const TaskRef reader =
        spawn_on(pair.client, [&]() -> Task<> { co_await Receiving(ends.client, 100); });
    co_await sleep(1_ms);
    pair.network.crash(pair.server);
    co_await sleep(60_s);
    CHECK(error == ENETDOWN);
    CHECK(!ran);
    CHECK(!reader.has_ended());  // no end of stream, no reset
    CHECK(pair.network.open_sockets(pair.server) == 0);
    co_await kill(reader);
    ends.close_all();
  }(pair));
}

TEST_CASE("what is spawned in the same step after a restart lives, what came before it does not",
          "[crash]") {
  Pair pair;
  pair.run([](Pair& pair) -> Task<> {
    const auto sleeper = []() -> Task<> { co_await sleep(1_s); };
    struct Heir {
      ~Heir() {
        spawn([](bool& ran) -> Task<> { co_return void(ran = true); }, std::ref(ran));
      }
      bool& ran;
    };
    bool heir_ran = false;
    const TaskRef before = spawn_on(pair.server, [&]() -> Task<> {
      const Heir heir{heir_ran};
      co_await sleep(1_s);
    });
    co_await null();
    pair.network.crash(pair.server);
    const TaskRef meanwhile = spawn_on(pair.server, sleeper);
    pair.network.restart(pair.server);
    const TaskRef after = spawn_on(pair.server, sleeper);
    const Outcome outcome = co_await join(after);
    CHECK(outcome == Outcome::finished);
    const Outcome other = co_await join(meanwhile);
    CHECK(other == Outcome::killed);
    CHECK(before.has_ended());
    CHECK(!heir_ran);
  }(pair));
}

TEST_CASE("a task spawned on a host that is down is killed before its first step", "[crash]") {
  Pair pair;
  pair.run([](Pair& pair) -> Task<> {
    bool ran = false;
    const auto program = [&]() -> Task<> {
      ran = true;
      co_return;
    };
    pair.network.crash(pair.server);
    const TaskRef early = spawn_on(pair.server, program);
    co_await null();
    const TaskRef late = spawn_on(pair.server, program);
    const Outcome outcome = co_await join(late);
    CHECK(outcome == Outcome::killed);
    CHECK(early.has_ended());
    CHECK(!ran);
    spawn_on(pair.server, program);
    pair.network.restart(pair.server);  // does not bring it back
    co_await sleep(1_ms);
    CHECK(!ran);
    const TaskRef alive = spawn_on(pair.server, program);
    co_await join(alive);
    CHECK(ran);
  }(pair));
}

TEST_CASE("a crash loses the signals that wait, and a host that is down gets none", "[crash]") {
  Pair pair;
  pair.run([](Pair& pair) -> Task<> {
    pair.network.raise_signal(pair.server, 15);
    pair.network.crash(pair.server);
    pair.network.raise_signal(pair.server, 15);
    pair.network.restart(pair.server);
    co_await null();
    const TaskRef waiting =
        spawn_on(pair.server, []() -> Task<> { co_await Signalled(std::uint64_t{1} << 14); });
    co_await sleep(1_s);
    CHECK(!waiting.has_ended());
    co_await kill(waiting);
  }(pair));
}

TEST_CASE("a boot program starts at once, after each restart, and with each run", "[crash]") {
  Pair pair;
  std::vector<std::string> starts;
  const auto program = [&](const std::string& name) {
    return [&starts, name]() -> Task<> {
      starts.push_back(name + " " + to_string(now() - Instant()));
      co_await sleep(3600_s);
    };
  };
  pair.network.boot(pair.server, program("server"));
  for (int i = 0; i < 2; ++i) {
    run(
        [](Pair& pair, auto program) -> Task<> {
          co_await sleep(1_s);
          CHECK(self().name() == "main");
          pair.network.boot(pair.client, program("client"));
          co_await sleep(1_s);
          pair.network.crash(pair.server);
          co_await sleep(1_s);
          pair.network.restart(pair.server);
          co_await sleep(1_s);
        }(pair, program),
        pair.network, {.stop_with_root = true});
  }
  CHECK(starts == std::vector<std::string>{"server 0 ns", "client 1.000 s", "server 3.000 s",
                                           "client 4.000 s", "server 4.000 s", "client 5.000 s",
                                           "server 7.000 s"});
}

TEST_CASE("a host that starts twice within a step runs its program once", "[crash]") {
  Pair pair;
  int begun = 0;
  pair.network.boot(pair.server, [&]() -> Task<> {
    ++begun;
    co_await sleep(1_s);
  });
  pair.run([](Pair& pair, int& begun) -> Task<> {
    co_await sleep(1_ms);
    CHECK(begun == 1);
    pair.network.restart(pair.server);
    pair.network.restart(pair.server);
    co_await sleep(1_ms);
    CHECK(begun == 2);
    pair.network.restart(pair.server);
    pair.network.crash(pair.server);
    co_await sleep(1_ms);
    CHECK(begun == 2);  // it is down
  }(pair, begun));
}

}  // namespace
}  // namespace rill::simnet
