// How bytes move on the simulated network: when, in what pieces, and how a slow reader stops a
// writer.
#include "tests/simnet/raw.h"
#include "tests/testing/property.h"

namespace rill::simnet {
namespace {

TEST_CASE("each direction takes its own link's time", "[stream]") {
  Pair pair;
  pair.network.set_link(pair.server, pair.client, {.latency = Latency::fixed(30_ms)});
  pair.run([](Pair& pair) -> Task<> {
    const Ends ends = co_await connect_ends(pair.client, pair.server);
    const Instant start = now();
    co_await Sending(ends.client, "there");
    co_await Receiving(ends.server, 10);
    CHECK(now() - start == 1_ms);
    co_await Sending(ends.server, "back");
    co_await Receiving(ends.client, 10);
    CHECK(now() - start == 31_ms);
    ends.close_all();
  }(pair));
}

TEST_CASE("links may change while tasks run: what is on its way keeps its arrival", "[stream]") {
  Pair pair;
  pair.run([](Pair& pair) -> Task<> {
    const Ends ends = co_await connect_ends(pair.client, pair.server);
    Instant start = now();
    co_await Sending(ends.client, "old");
    pair.network.set_link(pair.client, pair.server, {.latency = Latency::fixed(5_ms)});
    co_await Sending(ends.client, "new");
    const Received old = co_await Receiving(ends.server, 10);
    CHECK(old.bytes == "old");
    CHECK(now() - start == 1_ms);
    co_await Receiving(ends.server, 10);
    CHECK(now() - start == 5_ms);
    pair.network.set_default_link({.latency = Latency::fixed(7_ms)});
    start = now();
    co_await Sending(ends.server, "default");
    co_await Receiving(ends.client, 10);
    CHECK(now() - start == 7_ms);
    co_await Sending(ends.client, "own");
    co_await Receiving(ends.server, 10);
    CHECK(now() - start == 12_ms);
    ends.close_all();
  }(pair));
}

/// What arrives at `socket`, with when, until it ends.
Task<> log_arrivals(Handle socket, std::vector<std::pair<std::int64_t, std::size_t>>& log) {
  const Instant start = now();
  for (;;) {
    const Received got = co_await Receiving(socket, 1'000'000);
    if (got.result <= 0) co_return;
    log.emplace_back((now() - start).ns, got.bytes.size());
  }
}

TEST_CASE("a bandwidth lets segments out one after the other, and they queue", "[stream]") {
  Pair pair;
  pair.network.set_link(pair.client, pair.server,
                        {.bytes_per_second = 1'000'000, .segment_bytes = 1000});
  pair.run([](Pair& pair) -> Task<> {
    const Ends ends = co_await connect_ends(pair.client, pair.server);
    std::vector<std::pair<std::int64_t, std::size_t>> log;
    const TaskRef reader = spawn(log_arrivals(ends.server, log));
    co_await null();
    const std::string data = pattern(2500);
    co_await Sending(ends.client, data);
    co_await sleep(1_ms);
    co_await Sending(ends.client, data.substr(0, 500));  // behind 1500 bytes that are still waiting
    backend().close(ends.client);
    co_await join(reader);
    using Log = std::vector<std::pair<std::int64_t, std::size_t>>;
    CHECK(log == Log{{2'000'000, 1000}, {3'000'000, 1000}, {3'500'000, 500}, {4'000'000, 500}});
    ends.close_all();
  }(pair));
}

TEST_CASE("what lands together is read together; what lands later is not waited for", "[stream]") {
  Pair pair;
  pair.run([](Pair& pair) -> Task<> {
    const Ends ends = co_await connect_ends(pair.client, pair.server);
    std::vector<std::pair<std::int64_t, std::size_t>> log;
    const TaskRef reader = spawn(log_arrivals(ends.server, log));
    co_await null();
    const std::string data = pattern(10'000);  // seven segments
    co_await Sending(ends.client, data);
    co_await sleep(5_ms);
    co_await Sending(ends.client, "late");
    backend().close(ends.client);
    co_await join(reader);
    CHECK(log ==
          std::vector<std::pair<std::int64_t, std::size_t>>{{1'000'000, 10'000}, {6'000'000, 4}});
    ends.close_all();
  }(pair));
}

TEST_CASE("random latencies stay in their range, differ, and never overtake within a stream",
          "[stream]") {
  Pair pair;
  pair.network.set_link(pair.client, pair.server, {.latency = Latency::uniform(1_ms, 10_ms)});
  SeededOracle oracle(7);
  pair.run(
      [](Pair& pair) -> Task<> {
        const Ends ends = co_await connect_ends(pair.client, pair.server);
        std::int64_t least = INT64_MAX;
        std::int64_t most = 0;
        for (int i = 0; i < 1000; ++i) {
          const Instant start = now();
          co_await Sending(ends.client, "x");
          co_await Receiving(ends.server, 1);
          least = std::min(least, (now() - start).ns);
          most = std::max(most, (now() - start).ns);
        }
        CHECK(least >= 1'000'000);
        CHECK(least < 1'100'000);
        CHECK(most <= 10'000'000);
        CHECK(most > 9'900'000);
        const std::string data = pattern(100'000);
        spawn_on(
            ends.client_host,
            [](Handle socket, std::string data) -> Task<> {
              for (std::size_t i = 0; i < data.size(); i += 100) {
                co_await Sending(socket, std::string_view(data).substr(i, 100));
              }
              backend().shutdown_write(socket);
            },
            ends.client, data);
        const Received got = co_await receive_all(ends.server);
        CHECK((got.bytes == data));
        ends.close_all();
      }(pair),
      &oracle);
}

TEST_CASE("without an oracle a random link takes its shortest time, every time", "[stream]") {
  Pair pair;
  pair.network.set_default_link({.latency = Latency::uniform(2_ms, 10_ms)});
  pair.run([](Pair& pair) -> Task<> {
    const Ends ends = co_await connect_ends(pair.client, pair.server);
    const Instant start = now();
    co_await Sending(ends.client, "x");
    co_await Receiving(ends.server, 1);
    CHECK(now() - start == 2_ms);
    ends.close_all();
  }(pair));
}

TEST_CASE("a reader that stops: the writer is blocked after 3.9 MB, and goes on after 1.2 MB",
          "[stream]") {
  Pair pair;
  pair.run([](Pair& pair) -> Task<> {
    const Ends ends = co_await connect_ends(pair.client, pair.server);
    const std::string data = pattern(6'000'000);
    std::int64_t taken = 0;
    const TaskRef writer = spawn_on(
        ends.client_host,
        [](Handle socket, std::string_view data, std::int64_t& taken) -> Task<> {
          while (!data.empty()) {
            const std::int64_t sent = co_await Sending(socket, data.substr(0, 65536));
            if (sent <= 0) co_return;
            taken += sent;
            co_await sleep(5_ms);  // on a kernel's loopback, too, bytes move on while it writes
            data.remove_prefix(static_cast<std::size_t>(sent));
          }
        },
        ends.client, data, std::ref(taken));
    co_await sleep(1_s);
    CHECK(taken == 3'910'000);
    std::string got;
    const auto read = [&](std::size_t size_bytes) -> Task<> {
      const Received part = co_await receive_all(ends.server, size_bytes);
      got += part.bytes;
      co_await sleep(1_s);
    };
    co_await read(1);
    CHECK(taken == 3'910'000);  // one byte of room wakes nobody
    co_await read(1'190'000);
    CHECK(taken == 3'910'000);
    co_await read(10'000);
    CHECK(taken > 5'000'000);
    co_await read(6'000'000 - got.size());
    CHECK((got == data));
    CHECK(writer.has_ended());
    ends.close_all();
  }(pair));
}

TEST_CASE("a blocked writer hears of room only after the way back", "[stream]") {
  NetworkOptions options;
  options.host.send_buffer_bytes = 100;
  options.host.receive_buffer_bytes = 1000;
  Pair pair(options);
  pair.run([](Pair& pair) -> Task<> {
    const Ends ends = co_await connect_ends(pair.client, pair.server);
    const std::string data = pattern(150);
    const Instant start = now();
    const std::int64_t first = co_await Sending(ends.client, data);
    CHECK(first == 100);
    CHECK(now() == start);
    const std::int64_t second = co_await Sending(ends.client, std::string_view(data).substr(100));
    CHECK(second == 50);
    CHECK(now() - start == 2_ms);  // there, and the acknowledgement back
    const Received got = co_await receive_all(ends.server, 150);
    CHECK((got.bytes == data));
    ends.close_all();
  }(pair));
}

TEST_CASE("a closed window opens when half of it is free, half a round trip later", "[stream]") {
  NetworkOptions options;
  options.host.receive_buffer_bytes = 1000;
  Pair pair(options);
  pair.run([](Pair& pair) -> Task<> {
    const Ends ends = co_await connect_ends(pair.client, pair.server);
    const std::string data = pattern(1501);
    co_await Sending(ends.client, std::string_view(data).substr(0, 1500));
    co_await sleep(5_ms);
    co_await receive_all(ends.server, 499);
    CHECK(pair.network.events_in_flight() == 0);  // a byte more makes it worth a segment
    const Instant start = now();
    co_await receive_all(ends.server, 1);
    CHECK(pair.network.events_in_flight() == 1);
    co_await Sending(ends.client, std::string_view(data).substr(1500));  // does not know yet
    co_await receive_all(ends.server, 500);
    CHECK(now() == start);
    co_await receive_all(ends.server, 1);
    CHECK(now() - start == 2_ms);  // the news there, the bytes back
    co_await receive_all(ends.server, 500);
    ends.close_all();
  }(pair));
}

RILL_PROPERTY("bytes arrive in order and once, whatever buffers, segments, chunks and seed") {
  NetworkOptions options;
  options.host.send_buffer_bytes = *rc::gen::inRange(1u, 5000u);
  options.host.receive_buffer_bytes = *rc::gen::inRange(1u, 5000u);
  options.link.segment_bytes = *rc::gen::inRange(1u, 1500u);
  options.link.latency = Latency::uniform(0_ms, Duration(*rc::gen::inRange(0, 5'000'000)));
  options.link.bytes_per_second = *rc::gen::element<std::uint64_t>(0, 100'000, 10'000'000);
  options.short_read_percent = *rc::gen::inRange(0u, 101u);
  options.short_write_percent = *rc::gen::inRange(0u, 101u);
  options.short_segment_percent = *rc::gen::inRange(0u, 101u);
  options.step_cost = Duration(*rc::gen::element(0, 1000, 1'000'000));
  const auto write_bytes = *rc::gen::inRange<std::size_t>(1, 4000);
  const auto read_bytes = *rc::gen::inRange<std::size_t>(1, 4000);
  const std::string data = pattern(*rc::gen::inRange<std::size_t>(0, 20'000));
  SeededOracle oracle(*rc::gen::arbitrary<std::uint64_t>(), SeededOracle::Order::random);

  Pair pair(options);
  std::string there;
  std::string back;
  const auto write = [&](Handle socket) -> Task<> {
    for (std::size_t i = 0; i < data.size(); i += write_bytes) {
      const std::int64_t sent =
          co_await send_all(socket, std::string_view(data).substr(i, write_bytes));
      RC_ASSERT(sent > 0);
    }
    backend().shutdown_write(socket);
  };
  const auto read = [&](Handle socket, std::string& all) -> Task<> {
    for (;;) {
      const Received got = co_await Receiving(socket, read_bytes);
      RC_ASSERT(got.result >= 0);
      if (got.result == 0) co_return;
      all += got.bytes;
    }
  };
  pair.run(
      [](Pair& pair, const auto& write, const auto& read, std::string& there,
         std::string& back) -> Task<> {
        const Ends ends = co_await connect_ends(pair.client, pair.server);
        Group group;
        group.spawn(write(ends.client));
        group.spawn(write(ends.server));
        group.spawn(read(ends.server, there));
        group.spawn(read(ends.client, back));
        co_await group.wait();
        ends.close_all();
      }(pair, write, read, there, back),
      &oracle);
  RC_ASSERT(there == data);
  RC_ASSERT(back == data);
}

/// How many of 2000 messages of 100 bytes, one at a time, are cut short by recv, by send, or arrive
/// in pieces.
struct Cuts {
  int reads = 0;
  int writes = 0;
  int arrivals = 0;
};

Task<> count_cuts(Pair& pair, Cuts& cuts) {
  const Ends ends = co_await connect_ends(pair.client, pair.server);
  const std::string data = pattern(100);
  for (int i = 0; i < 2000; ++i) {
    const std::int64_t sent = co_await Sending(ends.client, data);
    if (sent < 100) ++cuts.writes;
    co_await sleep(50_ms);
    const Received got = co_await Receiving(ends.server, 100);
    if (got.result < sent) {
      ++cuts.reads;
      co_await receive_all(ends.server, static_cast<std::size_t>(sent - got.result));
    }
    co_await Sending(ends.client, data);
    const Received first = co_await Receiving(ends.server, 200);
    if (first.result < 100) ++cuts.arrivals;
    co_await sleep(50_ms);
    co_await receive_all(ends.server, static_cast<std::size_t>(100 - first.result));
  }
  ends.close_all();
}

TEST_CASE("short reads happen as often as asked, and nothing else does", "[stream][fuzz]") {
  NetworkOptions options;
  options.short_read_percent = 30;
  Pair pair(options);
  SeededOracle oracle(1);
  Cuts cuts;
  pair.run(count_cuts(pair, cuts), &oracle);
  CHECK(cuts.reads > 500);
  CHECK(cuts.reads < 700);
  CHECK(cuts.writes == 0);
}

TEST_CASE("no oracle, no fuzz: everything goes the plain way", "[stream][fuzz]") {
  NetworkOptions options;
  options.short_read_percent = 100;
  options.short_write_percent = 100;
  options.short_segment_percent = 100;
  options.step_cost = 1_ms;
  Pair pair(options);
  Cuts cuts;
  pair.run(count_cuts(pair, cuts));
  CHECK(cuts.reads + cuts.writes + cuts.arrivals == 0);
}

TEST_CASE("short segments make one send arrive in pieces, each in its own time", "[stream][fuzz]") {
  NetworkOptions options;
  options.short_segment_percent = 30;
  options.link.latency = Latency::uniform(1_ms, 10_ms);
  Pair pair(options);
  SeededOracle oracle(1);
  Cuts cuts;
  pair.run(count_cuts(pair, cuts), &oracle);
  CHECK(cuts.arrivals > 250);  // of 600 that were cut, half has its last piece later
  CHECK(cuts.arrivals < 650);
  CHECK(cuts.reads + cuts.writes == 0);
}

TEST_CASE("reading into memory and into a text give the same, and nothing is zero bytes",
          "[stream]") {
  Pair pair;
  pair.run([](Pair& pair) -> Task<> {
    const Ends ends = co_await connect_ends(pair.client, pair.server);
    co_await Sending(ends.client, "abcdef");
    const Received nothing = co_await Receiving(ends.server, 0);
    CHECK(nothing.result == 0);
    char memory[8] = {};
    const std::int64_t into = co_await ReceivingInto(ends.server, memory, 3);
    CHECK(into == 3);
    CHECK(std::string(memory) == "abc");
    const Received text = co_await Receiving(ends.server, 8);
    CHECK(text.bytes == "def");
    const std::int64_t none = co_await Sending(ends.client, "");
    CHECK(none == 0);
    ends.close_all();
  }(pair));
}

}  // namespace
}  // namespace rill::simnet
