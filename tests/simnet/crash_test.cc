// Crashes and restarts: what becomes of a host's tasks and sockets, and what its peers notice.
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

/// What one call of a task on `host` comes to.
Task<> receive_into(Received& result, Handle socket) {
  Received got = co_await Receiving(socket, 1000);
  result = std::move(got);
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
    Received got{1, ""};
    const TaskRef reader = spawn_on(pair.client, receive_into(got, ends.client));
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
    const TaskRef before = spawn_on(pair.server, sleeper);
    pair.network.crash(pair.server);
    const TaskRef meanwhile = spawn_on(pair.server, sleeper);
    pair.network.restart(pair.server);
    const TaskRef after = spawn_on(pair.server, sleeper);
    const Outcome outcome = co_await join(after);
    CHECK(outcome == Outcome::finished);
    const Outcome other = co_await join(meanwhile);
    CHECK(other == Outcome::killed);
    CHECK(before.has_ended());
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

TEST_CASE("who sends to a host that is down gets ETIMEDOUT 924.6 s later, once; then EPIPE",
          "[crash]") {
  Pair pair;
  pair.run([](Pair& pair) -> Task<> {
    const Ends ends = co_await connect_ends(pair.client, pair.server);
    pair.network.crash(pair.server);
    const Instant begin = now();
    const std::int64_t sent = co_await Sending(ends.client, "anybody there?");
    CHECK(sent == 14);
    const Received got = co_await Receiving(ends.client, 100);
    CHECK(got.result == -ETIMEDOUT);
    CHECK(now() - begin == milliseconds(924'601));  // the first loss was 1 ms after sending
    const std::int64_t again = co_await Sending(ends.client, "?");
    CHECK(again == -EPIPE);
    const Received end = co_await Receiving(ends.client, 100);
    CHECK(end.result == 0);
    ends.close_all();
  }(pair));
}

TEST_CASE("who only listens to a host that crashed never learns of it", "[crash]") {
  Pair pair;
  pair.run([](Pair& pair) -> Task<> {
    const Ends ends = co_await connect_ends(pair.client, pair.server);
    Received got{1, ""};
    const TaskRef reader = spawn_on(pair.client, receive_into(got, ends.client));
    pair.network.crash(pair.server);
    co_await sleep(10_s);
    pair.network.restart(pair.server);
    co_await sleep(3600_s);
    CHECK(!reader.has_ended());
    co_await kill(reader);
    ends.close_all();
  }(pair));
}

TEST_CASE("what is sent again reaches the restarted host, which answers with a reset", "[crash]") {
  Pair pair;
  pair.run([](Pair& pair) -> Task<> {
    const Ends ends = co_await connect_ends(pair.client, pair.server);
    pair.network.crash(pair.server);
    co_await Sending(ends.client, "lost");
    const Instant begin = now();
    Received got{1, ""};
    const TaskRef reader = spawn_on(pair.client, receive_into(got, ends.client));
    co_await sleep(10_s);
    pair.network.restart(pair.server);
    co_await join(reader);
    CHECK(got.result == -ECONNRESET);
    // Sent again after 0.2, 0.6, 1.4, 3, 6.2 and 12.6 s.
    CHECK(now() - begin == milliseconds(12'602));
    ends.close_all();
  }(pair));
}

TEST_CASE("the first thing sent after a crash and a restart is answered with a reset", "[crash]") {
  Pair pair;
  pair.run([](Pair& pair) -> Task<> {
    const Ends ends = co_await connect_ends(pair.client, pair.server);
    pair.network.restart(pair.server);  // crashes first
    co_await sleep(1_s);
    const std::int64_t first = co_await Sending(ends.client, "hello");
    CHECK(first == 5);
    const Instant begin = now();
    const Received got = co_await Receiving(ends.client, 100);
    CHECK(got.result == -ECONNRESET);
    CHECK(now() - begin == 2_ms);
    ends.close_all();
  }(pair));
}

TEST_CASE("the end of a stream is sent again too: silence, then ETIMEDOUT, or a reset", "[crash]") {
  const bool comes_back = GENERATE(false, true);
  Pair pair;
  pair.run([](Pair& pair, bool comes_back) -> Task<> {
    const Ends ends = co_await connect_ends(pair.client, pair.server);
    pair.network.crash(pair.server);
    if (comes_back) pair.network.restart(pair.server);
    const Instant begin = now();
    backend().shutdown_write(ends.client);
    const Received got = co_await Receiving(ends.client, 100);
    CHECK(got.result == (comes_back ? -ECONNRESET : -ETIMEDOUT));
    CHECK(now() - begin == (comes_back ? 2_ms : milliseconds(924'601)));
    ends.close_all();
  }(pair, comes_back));
}

TEST_CASE("what had left the host before the crash arrives; the rest and the end do not",
          "[crash]") {
  NetworkOptions options;
  options.host.receive_buffer_bytes = 1000;
  Pair pair(options);
  pair.run([](Pair& pair) -> Task<> {
    const Ends ends = co_await connect_ends(pair.client, pair.server);
    co_await Sending(ends.server, pattern(3000));
    backend().close(ends.server);
    pair.network.crash(pair.server);
    std::string read;
    while (read.size() < 1000) {
      const Received got = co_await Receiving(ends.client, 5000);
      REQUIRE(got.result > 0);
      read += got.bytes;
    }
    CHECK(read == pattern(3000).substr(0, 1000));
    Received more{1, ""};
    const TaskRef reader = spawn_on(pair.client, receive_into(more, ends.client));
    co_await sleep(600_s);
    CHECK(!reader.has_ended());
    co_await kill(reader);
    ends.close_all();
  }(pair));
}

TEST_CASE("a writer that waits for a crashed reader gets ETIMEDOUT", "[crash]") {
  NetworkOptions options;
  options.host.receive_buffer_bytes = 1000;
  options.host.send_buffer_bytes = 1500;
  Pair pair(options);
  pair.run([](Pair& pair) -> Task<> {
    const Ends ends = co_await connect_ends(pair.client, pair.server);
    std::int64_t last = 0;
    const TaskRef writer = spawn_on(pair.client, [&]() -> Task<> {
      const std::int64_t result = co_await send_all(ends.client, pattern(9000));
      last = result;
    });
    co_await sleep(1_s);  // both buffers are full, nothing is on its way
    const Instant begin = now();
    pair.network.crash(pair.server);
    co_await join(writer);
    CHECK(last == -ETIMEDOUT);
    CHECK(now() - begin == milliseconds(924'600));
    ends.close_all();
  }(pair));
}

TEST_CASE("connecting to a host that is down: the SYN is sent again until it is up, or 127 s",
          "[crash]") {
  Pair pair;
  pair.network.boot(pair.server, []() -> Task<> {
    const Closing listener(listen_on(Scheduler::current("test").running()->host));
    for (;;) {
      const Accepted accepted = co_await Accepting(listener.socket);
      backend().close(accepted.socket);
    }
  });
  pair.run([](Pair& pair) -> Task<> {
    co_await sleep(1_ms);
    pair.network.crash(pair.server);
    const Address server = pair.network.address(pair.server, kPort);
    const Instant begin = now();
    const Connected hopeless = co_await connect_from(pair.client, server);
    CHECK(hopeless.result == -ETIMEDOUT);
    CHECK(now() - begin == 127_s);
    const Instant again = now();
    Connected late;
    const TaskRef task = spawn_on(pair.client, [&]() -> Task<> {
      const Connected connected = co_await Connecting(server);
      late = connected;
    });
    co_await sleep(5_s);
    pair.network.restart(pair.server);
    co_await join(task);
    CHECK(late.result == 0);
    CHECK(now() - again == milliseconds(7'002));
    backend().close(late.socket);
    co_await sleep(1_s);
    pair.network.boot(pair.server, nullptr);
    pair.network.restart(pair.server);  // nobody listens any more
    const Connected refused = co_await connect_from(pair.client, server);
    CHECK(refused.result == -ECONNREFUSED);
  }(pair));
}

TEST_CASE("connections that wait for accept die with their host, without a word", "[crash]") {
  Pair pair;
  pair.run([](Pair& pair) -> Task<> {
    listen_on(pair.server);
    const Address server = pair.network.address(pair.server, kPort);
    const Connected one = co_await connect_from(pair.client, server);
    const Connected two = co_await connect_from(pair.client, server);
    co_await sleep(1_s);
    pair.network.crash(pair.server);
    CHECK(pair.network.open_sockets(pair.server) == 0);
    pair.network.restart(pair.server);
    co_await Sending(one.socket, "hello?");
    const Received got = co_await Receiving(one.socket, 100);
    CHECK(got.result == -ECONNRESET);
    backend().close(one.socket);
    backend().close(two.socket);
    co_await sleep(1_s);
  }(pair));
}

TEST_CASE("a client that crashes while it connects leaves nothing at the server", "[crash]") {
  for (std::int64_t moment_us = 0; moment_us < 4'000; moment_us += 500) {
    CAPTURE(moment_us);
    Pair pair;
    pair.run([](Pair& pair, Duration moment) -> Task<> {
      const Closing listener(listen_on(pair.server));
      const Address server = pair.network.address(pair.server, kPort);
      spawn_on(pair.client, [](Address server) -> Task<> { co_await Connecting(server); }, server);
      co_await sleep(moment);
      pair.network.crash(pair.client);
      co_await sleep(100_ms);
      CHECK(pair.network.open_sockets(pair.client) == 0);
      CHECK(pair.network.socket_records() <= 3);  // the listener; both ends of what was connected
    }(pair, microseconds(moment_us)));
  }
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

}  // namespace
}  // namespace rill::simnet
