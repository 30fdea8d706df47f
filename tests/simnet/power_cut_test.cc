// What the peers of a crashed host notice: silence, later resets, and nothing that had not left.
#include "tests/simnet/raw.h"
#include "tests/testing/property.h"

namespace rill::simnet {
namespace {

/// What one call of a task on `host` comes to.
Task<> receive_into(Received& result, Handle socket) {
  Received got = co_await Receiving(socket, 1000);
  result = std::move(got);
}

TEST_CASE("who sends to a host that is down gets ETIMEDOUT 924.6 s later, once; then EPIPE",
          "[crash]") {
  const bool is_client = GENERATE(true, false);
  Pair pair;
  pair.run([](Pair& pair, bool is_client) -> Task<> {
    const Ends ends = co_await connect_ends(pair.client, pair.server);
    pair.network.crash(is_client ? pair.server : pair.client);
    const Handle mine = is_client ? ends.client : ends.server;
    const Instant begin = now();
    const std::int64_t sent = co_await Sending(mine, "anybody there?");
    CHECK(sent == 14);
    const Received got = co_await Receiving(mine, 100);
    CHECK(got.result == -ETIMEDOUT);
    CHECK(now() - begin == milliseconds(924'601));  // the first loss was 1 ms after sending
    const std::int64_t again = co_await Sending(mine, "?");
    CHECK(again == -EPIPE);
    const Received end = co_await Receiving(mine, 100);
    CHECK(end.result == 0);
    ends.close_all();
  }(pair, is_client));
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
    pair.network.restart(pair.server);
    backend().shutdown_write(ends.client);  // the new kernel knows nothing of the connection
    co_await join(reader);
    CHECK(more.result == -ECONNRESET);
    ends.close_all();
  }(pair));
}

TEST_CASE("what is sent into silence stays in the send buffer, until that is full", "[crash]") {
  NetworkOptions options;
  options.host.send_buffer_bytes = 1500;
  Pair pair(options);
  pair.run([](Pair& pair) -> Task<> {
    const Ends ends = co_await connect_ends(pair.client, pair.server);
    pair.network.crash(pair.server);
    std::int64_t sent = 0;
    const TaskRef writer = spawn_on(pair.client, [&]() -> Task<> {
      for (int i = 0; i < 30; ++i) {
        const std::int64_t part = co_await Sending(ends.client, pattern(100));
        if (part > 0) sent += part;
        co_await sleep(10_ms);
      }
    });
    co_await sleep(10_s);
    CHECK(sent == 1500);
    co_await kill(writer);
    ends.close_all();
  }(pair));
}

TEST_CASE("a pair of ports in TIME_WAIT is free again after a crash", "[crash][ports]") {
  NetworkOptions options;
  options.host.first_ephemeral_port = options.host.last_ephemeral_port = 40'000;
  Pair pair(options);
  pair.run([](Pair& pair) -> Task<> {
    const Ends ends = co_await connect_ends(pair.client, pair.server);
    backend().close(ends.client);
    co_await sleep(1_ms);
    backend().close(ends.server);
    co_await sleep(1_s);
    const Address server = pair.network.address(pair.server, kPort);
    const Connected too_soon = co_await connect_from(pair.client, server);
    CHECK(too_soon.result == -EADDRNOTAVAIL);
    pair.network.restart(pair.client);
    co_await null();
    const Connected connected = co_await connect_from(pair.client, server);
    CHECK(connected.result == 0);
    backend().close(connected.socket);
    backend().close(ends.listener);
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

Task<> send_and_end(Handle socket, std::string text, bool& is_all_sent) {
  const std::int64_t sent = co_await send_all(socket, text);
  is_all_sent = sent >= 0 && backend().shutdown_write(socket) == 0;
}

/// Sends `text` and reads what comes back, as far as the world lets it.
Task<> talk(HostId server_host, std::string text, bool& is_sound) {
  auto& network = static_cast<Network&>(backend());
  const Connected connected = co_await Connecting(network.address(server_host, kPort));
  if (connected.result < 0) co_return;
  const Closing closing(connected.socket);
  bool is_all_sent = false;  // else the writer has got the error, and the reader just the end
  const TaskRef writer = spawn(send_and_end, connected.socket, text, std::ref(is_all_sent));
  const std::optional<Received> got = co_await timeout(30_s, receive_all(connected.socket));
  co_await kill(writer);
  if (!got) co_return;
  is_sound = is_sound && text.starts_with(got->bytes);
  if (got->result == 0 && is_all_sent && got->bytes != text) is_sound = false;
}

Task<> answer(Handle socket) {
  const Closing closing(socket);
  for (;;) {
    const Received got = co_await Receiving(socket, 700);
    if (got.result <= 0) co_return;
    const std::int64_t sent = co_await send_all(socket, got.bytes);
    if (sent < 0) co_return;
  }
}

Task<> answer_all() {
  const Closing listener(listen_on(Scheduler::current("test").running()->host, 1));
  for (;;) {
    const Accepted accepted = co_await Accepting(listener.socket);
    if (accepted.result >= 0) spawn(answer, accepted.socket);
  }
}

RILL_PROPERTY("whatever crashes and stands still: streams have no hole, and nothing is left") {
  NetworkOptions options;
  options.step_cost = Duration(*rc::gen::inRange(0, 300'000));
  options.link.latency = Latency::uniform(0_ms, 3_ms);
  options.short_read_percent = options.short_segment_percent = 30;
  options.host.send_buffer_bytes = 1500;
  options.host.receive_buffer_bytes = 1000;
  if (*rc::gen::arbitrary<bool>()) {
    options.faults = FaultMenu({Fault::loss, Fault::reordering, Fault::cut, Fault::cut_one_way,
                                Fault::silent_death, Fault::crash, Fault::pause},
                               20'000);
    options.faults.until = Instant{10'000'000'000};
  }
  SeededOracle oracle(*rc::gen::arbitrary<std::uint64_t>(), SeededOracle::Order::random);
  Pair pair(options);
  pair.network.boot(pair.server, answer_all);
  const auto blows = *rc::gen::container<std::vector<std::uint32_t>>(rc::gen::inRange(0u, 8'000u));
  bool is_sound = true;
  run(
      [](Pair& pair, std::vector<std::uint32_t> blows, bool& is_sound) -> Task<> {
        for (std::size_t i = 0; i < 3; ++i) {
          spawn_on(pair.client, talk, pair.server, pattern(1000 * i * i), std::ref(is_sound));
        }
        for (const std::uint32_t blow : blows) {
          co_await sleep(microseconds(blow));
          const HostId host = blow % 4 == 0 ? pair.client : pair.server;
          if (blow % 3 == 0) {
            pair.network.crash(host);
          } else {
            pair.network.pause(host);
          }
          co_await sleep(milliseconds(blow % 23 * 20));
          blow % 3 == 0 ? pair.network.restart(host) : pair.network.resume(host);
          spawn_on(pair.client, talk, pair.server, pattern(blow), std::ref(is_sound));
        }
        co_await sleep(300_s);  // connects have ended by then, too
      }(pair, blows, is_sound),
      pair.network, {.stop_with_root = true, .oracle = &oracle});
  RC_ASSERT(is_sound);
  RC_ASSERT(pair.network.open_sockets() == 0u);
  pair.network.boot(pair.server, nullptr);
  run([]() -> Task<> { co_await sleep(600_s); }(), pair.network);
  RC_ASSERT(pair.network.socket_records() == 0u);
  RC_ASSERT(pair.network.blocks_in_use() == 0u);
  RC_ASSERT(pair.network.events_in_flight() == 0u);
}

}  // namespace
}  // namespace rill::simnet
