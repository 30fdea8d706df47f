// What scenarios do to links, and what links' own options lose; and how TCP gets over it. When
// it gives up: giving_up_test.cc.
#include "tests/simnet/planned.h"

namespace rill::simnet {
namespace {

Task<> heal_after(Pair& pair, Duration length) {
  co_await sleep(length);
  pair.network.heal(pair.client, pair.server);
}

TEST_CASE("a cut of the ACKs that heals costs nothing but room in the send buffer",
          "[faults][cut]") {
  NetworkOptions options;
  options.host.send_buffer_bytes = 1000;
  Pair pair(options);
  pair.run(connected(pair, [&](const Ends& ends) -> Task<> {
    pair.network.cut_one_way(pair.server, pair.client);
    const Instant start = now();
    const std::string data = pattern(2000);
    const TaskRef healer = spawn(heal_after(pair, 250_ms));
    const TaskRef writer = spawn(
        [](Handle to, std::string data) -> Task<> {
          const std::int64_t sent = co_await send_all(to, data);
          CHECK(sent > 0);
        },
        ends.client, data);
    const Received first = co_await receive_all(ends.server, 1000);
    CHECK(now() - start == 1_ms);
    const Received second = co_await receive_all(ends.server, 1000);
    CHECK(now() - start == 603_ms);  // sent again at 201 and 601, the ACK back, the rest there
    CHECK((first.bytes + second.bytes == data));
    co_await join(writer);
    co_await join(healer);
  }));
}

TEST_CASE("news of room that a cut swallows is asked for again", "[faults][cut]") {
  NetworkOptions options;
  options.host.receive_buffer_bytes = 1000;
  Pair pair(options);
  pair.run(connected(pair, [&](const Ends& ends) -> Task<> {
    const std::string data = pattern(2000);
    co_await Sending(ends.client, data);
    co_await sleep(10_ms);
    pair.network.cut_one_way(pair.server, pair.client);
    const Instant start = now();
    const Received first = co_await receive_all(ends.server, 1000);
    co_await sleep(100_ms);
    pair.network.heal_one_way(pair.server, pair.client);
    const Received second = co_await receive_all(ends.server, 1000);
    CHECK(now() - start == 202_ms);
    CHECK((first.bytes + second.bytes == data));
  }));
}

TEST_CASE("a reset waits for the end of a cut", "[faults][cut]") {
  Pair pair;
  pair.run(connected(pair, [&](const Ends& ends) -> Task<> {
    pair.network.cut(pair.client, pair.server);
    const Instant start = now();
    backend().reset(ends.client);
    co_await sleep(50_ms);
    pair.network.heal(pair.client, pair.server);
    const Received error = co_await Receiving(ends.server, 10);
    CHECK(error.result == -ECONNRESET);
    CHECK(now() - start == 201_ms);
  }));
}

TEST_CASE("a jam of a scenario's lets everything go when it is healed, without waiting for TCP",
          "[faults][jam]") {
  Pair pair;
  pair.run(connected(pair, [&](const Ends& ends) -> Task<> {
    pair.network.cut(pair.client, pair.server, CutMode::jam);
    const Instant start = now();
    for (const char* part : {"one ", "two ", "three"}) {
      co_await Sending(ends.client, part);
      co_await sleep(10_ms);
    }
    pair.network.heal(pair.client, pair.server);
    const Received got = co_await Receiving(ends.server, 100);
    CHECK(got.bytes == "one two three");
    CHECK(now() - start == 31_ms);
    co_await sleep(1_ms);
    CHECK(pair.network.events_in_flight() == 0);  // the timer keeps nobody waiting
  }));
}

TEST_CASE("slow and stalled by a scenario, and well again", "[faults][slow][stall]") {
  Pair pair;
  pair.run(connected(pair, [&](const Ends& ends) -> Task<> {
    pair.network.cut_one_way(pair.client, pair.server, CutMode::slow);
    std::int64_t took = co_await trip(ends.client, ends.server);
    CHECK(took == 20 * kMs);
    pair.network.heal(pair.client, pair.server);
    took = co_await trip(ends.client, ends.server);
    CHECK(took == kMs);
    pair.network.stall(pair.client, pair.server, 40_ms);
    took = co_await trip(ends.client, ends.server);
    CHECK(took == 41 * kMs);
    pair.network.stall(pair.client, pair.server, 40_ms);
    pair.network.heal(pair.client, pair.server);
    took = co_await trip(ends.client, ends.server);
    CHECK(took == kMs);
  }));
}

TEST_CASE("a connect through a cut gets through with a later SYN, or times out", "[faults][cut]") {
  Pair pair;
  pair.run([](Pair& pair) -> Task<> {
    const Handle listener = listen_on(pair.server);
    pair.network.cut(pair.client, pair.server);
    Instant start = now();
    const Connected late =
        co_await connect_from(pair.client, pair.network.address(pair.server, kPort));
    CHECK(late.result == -ETIMEDOUT);
    CHECK(now() - start == 127_s);
    // The way back alone: the server answers every SYN, in vain.
    pair.network.heal_one_way(pair.client, pair.server);
    start = now();
    const TaskRef healer = spawn(heal_after(pair, 2_s));
    const Connected through =
        co_await connect_from(pair.client, pair.network.address(pair.server, kPort));
    CHECK(through.result == 0);
    CHECK(now() - start == 3'002_ms);
    co_await join(healer);
    backend().close(through.socket);
    backend().close(listener);
  }(pair));
}

TEST_CASE("a bounded queue drops what does not fit, and TCP sends it again", "[faults][queue]") {
  NetworkOptions options;
  options.link.bytes_per_second = 1'000'000;
  options.link.segment_bytes = 1000;
  options.link.queue_bytes = 3000;
  Pair pair(options);
  pair.run(connected(pair, [&](const Ends& ends) -> Task<> {
    const std::string data = pattern(5000);
    const Instant start = now();
    co_await Sending(ends.client, data);
    const Received first = co_await receive_all(ends.server, 3000);
    CHECK(now() - start == 4_ms);  // three fit; the fourth is dropped, and the fifth waits for it
    const Received second = co_await receive_all(ends.server, 2000);
    CHECK(now() - start == 203_ms);
    CHECK((first.bytes + second.bytes == data));
  }));
  CHECK(pair.network.fault_count(Fault::loss) == 1);
}

TEST_CASE("what is sent again must find room in the queue as well", "[faults][queue]") {
  NetworkOptions options;
  options.link.bytes_per_second = 1'000'000;
  options.link.segment_bytes = 1000;
  options.link.queue_bytes = 3000;
  Pair pair(options);
  pair.run(connected(pair, [&](const Ends& ends) -> Task<> {
    const std::string data = pattern(8000);
    const Instant start = now();
    co_await Sending(ends.client, data);
    std::string all;
    for (const std::int64_t ms : {4, 204, 403}) {  // three, three, and two
      const Received part = co_await receive_all(ends.server, ms == 403 ? 2000 : 3000);
      CHECK((now() - start).ns == ms * kMs);
      all += part.bytes;
    }
    CHECK((all == data));
  }));
}

TEST_CASE("a segment larger than the queue is let out when the link is free", "[faults][queue]") {
  NetworkOptions options;
  options.link.bytes_per_second = 1'000'000;
  options.link.queue_bytes = 10;
  Pair pair(options);
  pair.run(connected(pair, [&](const Ends& ends) -> Task<> {
    const std::string data = pattern(10'000);
    co_await Sending(ends.client, data);
    const Received got = co_await receive_all(ends.server, data.size());
    CHECK((got.bytes == data));
  }));
}

TEST_CASE("a lossy link loses as often as it says, and without an oracle never", "[faults][loss]") {
  for (const bool has_oracle : {true, false}) {
    NetworkOptions options;
    options.link.loss_per_million = 100'000;
    Pair pair(options);
    SeededOracle oracle(1);
    int late = 0;
    pair.run(connected(pair,
                       [&](const Ends& ends) -> Task<> {
                         for (int i = 0; i < 2000; ++i) {
                           const std::int64_t took = co_await trip(ends.client, ends.server);
                           if (took > kMs) ++late;
                         }
                       }),
             has_oracle ? &oracle : nullptr);
    CHECK(late >= (has_oracle ? 160 : 0));
    CHECK(late <= (has_oracle ? 240 : 0));
    CHECK((pair.network.fault_count(Fault::loss) > 0) == has_oracle);
  }
}

TEST_CASE("faults that come in the middle of a run find the connections that are there",
          "[faults]") {
  Pair pair;
  PlannedOracle oracle;
  oracle.plan(Fault::loss, kFirst, 1);
  pair.run(connected(pair,
                     [&](const Ends& ends) -> Task<> {
                       std::int64_t took = co_await trip(ends.client, ends.server);
                       CHECK(took == kMs);
                       pair.network.set_faults({{Fault::loss}, 1000});
                       took = co_await trip(ends.client, ends.server);
                       CHECK(took == 201 * kMs);
                       pair.network.set_faults({});
                       took = co_await trip(ends.client, ends.server);
                       CHECK(took == kMs);
                     }),
           &oracle);
}

}  // namespace
}  // namespace rill::simnet
