// What the menu does to links: each fault strikes where it was planned, does what it says to time
// and bandwidth, and is over when it should be.
#include <set>

#include "tests/simnet/planned.h"

namespace rill::simnet {
namespace {

TEST_CASE("a lost segment comes when TCP sends it again: 200 ms later, then 400, then 800",
          "[faults][loss]") {
  for (const auto& [times, late_ms] : {std::pair{1, 200}, {2, 600}, {3, 1400}, {6, 12'600}}) {
    Struck struck(Fault::loss, kFirst, static_cast<std::uint64_t>(times));
    struck.run([](Struck& struck, std::int64_t late_ms) -> Task<> {
      const Ends ends = co_await connect_ends(struck.pair.client, struck.pair.server);
      const std::int64_t lost = co_await trip(ends.client, ends.server);
      CHECK(lost == (late_ms + 1) * kMs);
      const std::int64_t next = co_await trip(ends.client, ends.server);
      CHECK(next == kMs);
      const std::int64_t back = co_await trip(ends.server, ends.client);
      CHECK(back == kMs);
      ends.close_all();
    }(struck, late_ms));
    CHECK(struck.pair.network.fault_count(Fault::loss) == 1);
    REQUIRE(struck.stories.told.size() == 1);
    CHECK(struck.stories.told[0] ==
          "client->server#1 loses a segment" +
              (times == 1 ? "" : " " + std::to_string(times) + " times in a row") + ": it comes " +
              std::to_string(late_ms) + " ms late");
  }
}

TEST_CASE("what leaves behind a lost segment arrives with it; another stream does not wait",
          "[faults][loss]") {
  Struck struck(Fault::loss, kFirst, 1);
  struck.run([](Struck& struck) -> Task<> {
    const Ends ends = co_await connect_ends(struck.pair.client, struck.pair.server);
    backend().close(ends.listener);
    const Ends other = co_await connect_ends(struck.pair.client, struck.pair.server);
    const Instant start = now();
    co_await Sending(ends.client, "lost ");
    co_await sleep(50_ms);
    co_await Sending(ends.client, "behind");
    backend().shutdown_write(ends.client);
    const std::int64_t unmoved = co_await trip(other.client, other.server);
    CHECK(unmoved == kMs);
    const Received got = co_await Receiving(ends.server, 100);
    CHECK(got.bytes == "lost behind");
    CHECK(now() - start == 201_ms);
    const Received end = co_await Receiving(ends.server, 100);
    CHECK(end.result == 0);
    CHECK(now() - start == 201_ms);
    ends.close_all();
    other.close_all();
  }(struck));
}

TEST_CASE("a segment that comes twice takes bandwidth twice, and is read once",
          "[faults][duplication]") {
  NetworkOptions options;
  options.link.bytes_per_second = 1000;  // five bytes take 5 ms
  Struck struck(Fault::duplication, kFirst, 1, 0, options);
  struck.run([](Struck& struck) -> Task<> {
    const Ends ends = co_await connect_ends(struck.pair.client, struck.pair.server);
    const Instant start = now();
    co_await Sending(ends.client, "twice");
    co_await Sending(ends.client, "after");
    const Received first = co_await Receiving(ends.server, 100);
    CHECK(first.bytes == "twice");
    CHECK(now() - start == 6_ms);
    const Received second = co_await Receiving(ends.server, 100);
    CHECK(second.bytes == "after");
    CHECK(now() - start == 16_ms);
    ends.close_all();
  }(struck));
  CHECK(struck.pair.network.fault_count(Fault::duplication) == 1);
}

TEST_CASE("a segment that is overtaken comes late, and those behind it wait for it",
          "[faults][reordering]") {
  Struck struck(Fault::reordering, kFirst, 4);
  struck.run([](Struck& struck) -> Task<> {
    const Ends ends = co_await connect_ends(struck.pair.client, struck.pair.server);
    const Instant start = now();
    co_await Sending(ends.client, "slow ");
    co_await sleep(5_ms);
    co_await Sending(ends.client, "fast");
    const Received got = co_await Receiving(ends.server, 100);
    CHECK(got.bytes == "slow fast");
    CHECK(now() - start == 9_ms);
    ends.close_all();
  }(struck));
  CHECK(struck.pair.network.fault_count(Fault::reordering) == 1);
}

// The opportunities of the link client->server: the SYN, the ACK of the handshake, then segments.
constexpr std::uint64_t kAfterHandshake = 2;

TEST_CASE("a stalled direction carries nothing for 1 ms x 2^(strength - 1); the other goes on",
          "[faults][stall]") {
  for (const auto& [strength, length_ms] : {std::pair{1, 1}, {4, 8}, {15, 16'384}, {16, 30'000}}) {
    Struck struck(Fault::stall, kThere, static_cast<std::uint64_t>(strength), kAfterHandshake);
    struck.run([](Struck& struck, std::int64_t length_ms) -> Task<> {
      const Ends ends = co_await connect_ends(struck.pair.client, struck.pair.server);
      const Instant start = now();
      co_await Sending(ends.client, "hello");
      const std::int64_t back = co_await trip(ends.server, ends.client);
      CHECK(back == kMs);
      co_await receive_all(ends.server, 5);
      CHECK((now() - start).ns == (length_ms + 1) * kMs);
      const std::int64_t next = co_await trip(ends.client, ends.server);
      CHECK(next == kMs);
      ends.close_all();
    }(struck, length_ms));
    REQUIRE(struck.stories.told.size() == 1);
    CHECK(struck.stories.told[0] ==
          "link client->server stalls " + std::to_string(length_ms) + " ms");
    CHECK(struck.pair.network.fault_count(Fault::stall) == 1);
  }
}

TEST_CASE("in a cut segments are lost, both ways; TCP gets through at its next attempt after it",
          "[faults][cut]") {
  Struck struck(Fault::cut, kThere, 10, kAfterHandshake);  // 512 ms: attempts at 200 and 600 ms
  struck.run([](Struck& struck) -> Task<> {
    const Ends ends = co_await connect_ends(struck.pair.client, struck.pair.server);
    const Instant start = now();
    co_await Sending(ends.client, "there");
    co_await sleep(10_ms);
    co_await Sending(ends.server, "back");  // attempts at 210 and 610 ms
    co_await receive_all(ends.server, 5);
    CHECK(now() - start == 601_ms);
    co_await receive_all(ends.client, 4);
    CHECK(now() - start == 611_ms);
    ends.close_all();
  }(struck));
  CHECK(struck.pair.network.fault_count(Fault::cut) == 1);
  REQUIRE(struck.stories.told.size() == 1);
  CHECK(struck.stories.told[0] == "link client->server is cut for 512 ms, and the way back");
}

TEST_CASE("a cut of one way leaves the other alone", "[faults][cut]") {
  Struck struck(Fault::cut_one_way, kThere, 10, kAfterHandshake);
  struck.run([](Struck& struck) -> Task<> {
    const Ends ends = co_await connect_ends(struck.pair.client, struck.pair.server);
    const Instant start = now();
    co_await Sending(ends.client, "there");
    co_await sleep(10_ms);
    const std::int64_t back = co_await trip(ends.server, ends.client);
    CHECK(back == kMs);
    co_await receive_all(ends.server, 5);
    CHECK(now() - start == 601_ms);
    ends.close_all();
  }(struck));
  CHECK(struck.pair.network.fault_count(Fault::cut_one_way) == 1);
}

TEST_CASE("a slow link takes twenty times as long, for a while", "[faults][slow]") {
  Struck struck(Fault::slow, kThere, 5, kAfterHandshake);  // 16 ms
  struck.run([](Struck& struck) -> Task<> {
    const Ends ends = co_await connect_ends(struck.pair.client, struck.pair.server);
    const std::int64_t slow = co_await trip(ends.client, ends.server);
    CHECK(slow == 20 * kMs);
    const std::int64_t next = co_await trip(ends.client, ends.server);
    CHECK(next == kMs);
    ends.close_all();
  }(struck));
  CHECK(struck.pair.network.fault_count(Fault::slow) == 1);
}

TEST_CASE("a jam lets everything go at once", "[faults][jam]") {
  Struck struck(Fault::jam, kThere, 6, kAfterHandshake);  // 32 ms
  struck.run([](Struck& struck) -> Task<> {
    const Ends ends = co_await connect_ends(struck.pair.client, struck.pair.server);
    const Instant start = now();
    for (const char* part : {"one ", "two ", "three"}) {
      co_await Sending(ends.client, part);
      co_await sleep(10_ms);
    }
    const Received got = co_await Receiving(ends.server, 100);
    CHECK(got.bytes == "one two three");
    CHECK(now() - start == 32_ms);
    ends.close_all();
  }(struck));
  CHECK(struck.pair.network.fault_count(Fault::jam) == 1);
}

TEST_CASE("what lasts is over when the menu's time is over, and then nothing strikes any more",
          "[faults][until]") {
  NetworkOptions options;
  options.faults.until = Instant() + 300_ms;
  for (const Fault fault :
       {Fault::stall, Fault::cut, Fault::cut_one_way, Fault::slow, Fault::jam}) {
    INFO(to_string(fault));
    Struck struck(fault, kThere, 16, kAfterHandshake, options);  // 30 s
    for (std::uint64_t nth = 0; nth < 20; ++nth) {
      struck.oracle.plan(fault_site(fault, kThere), kAfterHandshake + 1 + nth, 16);
    }
    struck.run([](Struck& struck) -> Task<> {
      const Ends ends = co_await connect_ends(struck.pair.client, struck.pair.server);
      co_await trip(ends.client, ends.server);
      CHECK(now() <= Instant() + 610_ms);  // the attempts of a cut that began at 3 ms
      co_await sleep(1_s);
      for (int i = 0; i < 10; ++i) {
        const std::int64_t plain = co_await trip(ends.client, ends.server);
        CHECK(plain == kMs);
      }
      ends.close_all();
    }(struck));
    CHECK(struck.pair.network.fault_count(fault) >= 1);
    CHECK(struck.oracle.followed() == struck.pair.network.fault_count(fault));
  }
}

TEST_CASE("a link that has a trouble does not get the same once more", "[faults]") {
  for (const Fault fault :
       {Fault::stall, Fault::cut, Fault::cut_one_way, Fault::slow, Fault::jam}) {
    INFO(to_string(fault));
    Struck struck(fault, kThere, 6, kAfterHandshake);  // 32 ms
    struck.oracle.plan(fault_site(fault, kThere), kAfterHandshake + 1, 6);
    struck.run([](Struck& struck) -> Task<> {
      const Ends ends = co_await connect_ends(struck.pair.client, struck.pair.server);
      for (int i = 0; i < 3; ++i) co_await Sending(ends.client, "x");
      co_await sleep(32_ms);
      CHECK(struck.oracle.followed() == 1);
      co_await Sending(ends.client, "x");
      CHECK(struck.oracle.followed() == 2);
      const Received got = co_await receive_all(ends.server, 4);
      CHECK(got.bytes == "xxxx");
      ends.close_all();
    }(struck));
  }
}

TEST_CASE("a loss that is to repeat itself does not after the menu's time", "[faults][until]") {
  NetworkOptions options;
  options.faults.until = Instant() + 300_ms;
  Struck struck(Fault::loss, kFirst, 6, 0, options);
  struck.run([](Struck& struck) -> Task<> {
    const Ends ends = co_await connect_ends(struck.pair.client, struck.pair.server);
    const std::int64_t took = co_await trip(ends.client, ends.server);
    CHECK(took == 601 * kMs);
    ends.close_all();
  }(struck));
}

TEST_CASE("a rate of a million leaves room for nothing; a rate of none asks nobody", "[faults]") {
  Pair pair;
  CHECK_THROWS_AS(pair.network.set_faults({{Fault::loss}, 1'000'001}), UsageError);
  CHECK_THROWS_AS(pair.network.set_default_link({.loss_per_million = 1'000'001}), UsageError);
  struct Counting final : Oracle {
    std::uint64_t decide(Site& site, std::uint64_t alternatives) override {
      ++site.count;
      seen.insert(alternatives);
      return 0;
    }
    bool orders_tasks() const override { return false; }
    std::set<std::uint64_t> seen;
  } oracle;
  pair.network.set_faults({{Fault::loss}, 1'000'000});
  pair.run(
      [](Pair& pair) -> Task<> {
        const Ends ends = co_await connect_ends(pair.client, pair.server);
        co_await trip(ends.client, ends.server);
        ends.close_all();
      }(pair),
      &oracle);
  CHECK(oracle.seen == std::set<std::uint64_t>{7});  // six strengths, and nothing
}

}  // namespace
}  // namespace rill::simnet
