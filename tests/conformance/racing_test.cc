// Conformance: calls that race with what ends them (T7 to T11 of the threats), often enough that
// each order comes up: deadlines against bytes, closing against events that are queued, many at
// once.
#include <algorithm>

#include "tests/conformance/conformance.h"

namespace rill::conformance {
namespace {

RILL_CONFORMANCE("a recv whose deadline races the bytes loses none of them") {
  Pair pair = co_await connected_pair();
  constexpr std::size_t kCount = 200;
  Group group;
  group.spawn([&]() -> Task<> {
    for (std::size_t i = 0; i < kCount; ++i) {
      co_await pair.client.sendall(std::string(1, static_cast<char>('a' + i % 26)));
      co_await sleep(microseconds(static_cast<std::int64_t>(50 + i * 37 % 100)));
    }
  });
  std::string got;
  std::size_t timed_out = 0;
  while (got.size() < kCount && timed_out < 100'000) {
    const auto limit = microseconds(static_cast<std::int64_t>(1 + timed_out * 31 % 150));
    const std::optional<std::string> some =
        co_await timeout(limit, recv_task(pair.server, 1 + timed_out % 3));
    if (some) got += *some;
    if (!some) ++timed_out;
  }
  co_await group.wait();
  std::string sent;
  for (std::size_t i = 0; i < kCount; ++i) sent += static_cast<char>('a' + i % 26);
  CHECK(got == sent);
  CHECK(timed_out > 0);
}

RILL_CONFORMANCE("a sendall that is killed at any moment leaves a prefix, and no byte after it") {
  const std::string data = pattern(3 << 20);
  for (int round = 0; round < 12; ++round) {
    Pair pair = co_await connected_pair();
    Group group;
    TaskRef sender = group.spawn([&]() -> Task<> { co_await pair.client.sendall(data); });
    std::string got;
    for (int steps = 0; steps < round; ++steps) {
      const std::optional<std::string> some =
          co_await timeout(1_ms, recv_task(pair.server, 30'000));
      if (some) got += *some;
    }
    co_await kill(sender);
    co_await pair.client.sendall("|");  // the connection is still good for others
    pair.client.shutdown_write();
    const std::string rest = co_await recv_all(pair.server);
    got += rest;
    REQUIRE(!got.empty());
    CHECK(got.back() == '|');
    got.pop_back();
    CHECK((got == std::string_view(data).substr(0, got.size())));
  }
}

RILL_CONFORMANCE("what was queued for a closed connection never reaches the next one") {
  Listener listener("127.0.0.1", 0);
  for (int round = 0; round < 100; ++round) {
    Connection client = co_await connect_task(listener.address());
    Connection server = co_await listener.accept();
    // Each has waited once, so that the kernel knows it; then something comes for it, is told, and
    // nobody takes it.
    const std::optional<std::string> none =
        co_await timeout(microseconds(20), recv_task(server, 100));
    const std::optional<std::string> neither =
        co_await timeout(microseconds(20), recv_task(client, 100));
    CHECK((!none && !neither));
    co_await client.sendall("stale");
    co_await server.sendall("stale");
    co_await sleep(microseconds(50));
    if (round % 2 == 0) client.reset();
    client.close();
    server.close();
    // The successors have the same numbers, as a rule.
    Connection next_client = co_await connect_task(listener.address());
    Connection next_server = co_await listener.accept();
    const std::optional<std::string> nothing =
        co_await timeout(microseconds(200), recv_task(next_server, 100));
    CHECK(!nothing);
    co_await next_client.sendall("fresh");
    const std::string got = co_await recv_exactly(next_server, 5);
    CHECK(got == "fresh");
  }
}

RILL_CONFORMANCE("connections that are always ready starve neither a third one nor the timers") {
  Listener listener("127.0.0.1", 0);
  Group group;
  std::size_t flooded = 0;
  for (int i = 0; i < 2; ++i) {
    Connection client = co_await connect_task(listener.address());
    Connection server = co_await listener.accept();
    group.spawn([](Connection to) -> Task<> {
      const std::string block(2000, 'f');
      for (;;) co_await to.sendall(block);
    }(std::move(client)));
    group.spawn([](Connection from, std::size_t& count) -> Task<> {
      for (;;) {
        const std::string some = co_await from.recv(1000);
        count += some.size();
      }
    }(std::move(server), flooded));
  }
  Connection client = co_await connect_task(listener.address());
  Connection server = co_await listener.accept();
  group.spawn([](Connection peer) -> Task<> {
    for (;;) {
      const std::string some = co_await peer.recv(100);
      if (some.empty()) co_return;
      co_await peer.sendall(some);
    }
  }(std::move(server)));
  for (int i = 0; i < 20; ++i) {
    const std::size_t before = flooded;
    co_await client.sendall("ping");
    const std::string back = co_await recv_exactly(client, 4);
    CHECK(back == "ping");
    co_await sleep(microseconds(100));
    // Between a question and its answer the floods had their turns, and not thousands of them.
    CHECK(flooded - before < std::size_t{64} << 20);
  }
  CHECK(flooded > 0);
  co_await group.cancel();
}

RILL_CONFORMANCE(
    "hundreds that close and reset in one turn leave the others and the listener well") {
  Listener listener("127.0.0.1", 0);
  Connection staying_client = co_await connect_task(listener.address());
  Connection staying = co_await listener.accept();
  for (int round = 0; round < 2; ++round) {
    Group group;
    std::vector<Connection> clients;
    std::size_t ended = 0;
    for (int i = 0; i < 200; ++i) {
      Connection client = co_await connect_task(listener.address());
      clients.push_back(std::move(client));
      Connection server = co_await listener.accept();
      group.spawn([](Connection peer, std::size_t& count) -> Task<> {
        const int error = co_await error_of(recv_task(peer, 10));
        CHECK((error == 0 || error == ECONNRESET));
        ++count;
      }(std::move(server), ended));
    }
    co_await sleep(1_ms);
    CHECK(ended == 0);
    for (std::size_t i = 0; i < clients.size(); ++i) {
      if (i % 2 == 0) clients[i].reset();
    }
    clients.clear();
    co_await group.wait();
    CHECK(ended == 200);
    co_await staying_client.sendall("well?");
    const std::string got = co_await recv_exactly(staying, 5);
    CHECK(got == "well?");
  }
}

RILL_CONFORMANCE("more connections than the backlog holds are all accepted in the end") {
  Listener listener("127.0.0.1", 0, {.backlog = 8});
  Group group;
  std::size_t connected = 0;
  constexpr std::size_t kCount = 14;  // the kernel sends SYNs again after 1 s, 3 s, 7 s
  for (std::size_t i = 0; i < kCount; ++i) {
    group.spawn([](Address to, std::size_t& count) -> Task<> {
      Connection client = co_await connect_task(to);
      const std::string got = co_await client.recv(1);
      CHECK(got == "!");
      ++count;
    }(listener.address(), connected));
  }
  for (std::size_t i = 0; i < kCount; ++i) {
    Connection server = co_await listener.accept();
    co_await server.sendall("!");
    server.shutdown_write();
    const std::string end = co_await server.recv(1);
    CHECK(end.empty());
  }
  co_await group.wait();
  CHECK(connected == kCount);
}

}  // namespace
}  // namespace rill::conformance
