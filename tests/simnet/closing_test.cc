// How connections end on the simulated network. The expected results were measured on Linux 6.18
// over loopback; folklore is wrong on several of them.
#include "tests/simnet/raw.h"

namespace rill::simnet {
namespace {

constexpr Duration kRoundTrip = 2_ms;

/// Runs a body on two connected ends, and closes what it leaves open.
void on_ends(Task<> (*body)(const Ends& ends)) {
  Pair pair;
  pair.run([](Pair& pair, Task<> (*body)(const Ends&)) -> Task<> {
    const Ends ends = co_await connect_ends(pair.client, pair.server);
    co_await body(ends);
    ends.close_all();
  }(pair, body));
}

TEST_CASE(
    "after the peer closed: recv is end of stream, the first send passes, the second is EPIPE",
    "[closing]") {
  on_ends([](const Ends& ends) -> Task<> {
    backend().close(ends.server);
    co_await sleep(kRoundTrip);
    const std::int64_t first = co_await Sending(ends.client, "a");
    co_await sleep(kRoundTrip);
    const std::int64_t second = co_await Sending(ends.client, "b");
    const Received end = co_await Receiving(ends.client, 1);
    CHECK(first == 1);
    CHECK(second == -EPIPE);
    CHECK(end.result == 0);
  });
}

TEST_CASE("end of stream wins over the reset that a late send provokes", "[closing]") {
  on_ends([](const Ends& ends) -> Task<> {
    backend().close(ends.server);
    co_await sleep(kRoundTrip);
    co_await Sending(ends.client, "a");
    co_await sleep(kRoundTrip);
    for (int i = 0; i < 2; ++i) {
      const Received end = co_await Receiving(ends.client, 1);
      CHECK(end.result == 0);
    }
    const std::int64_t sent = co_await Sending(ends.client, "b");
    CHECK(sent == -EPIPE);
  });
}

TEST_CASE("a peer that replies, then closes with unread input: the reply, ECONNRESET, end",
          "[closing]") {
  on_ends([](const Ends& ends) -> Task<> {
    co_await Sending(ends.client, "never read");
    co_await sleep(kRoundTrip);
    co_await Sending(ends.server, "reply");
    backend().close(ends.server);
    co_await sleep(kRoundTrip);
    const Received reply = co_await Receiving(ends.client, 10);
    const Received error = co_await Receiving(ends.client, 10);
    const Received end = co_await Receiving(ends.client, 10);
    CHECK(reply.bytes == "reply");
    CHECK(error.result == -ECONNRESET);
    CHECK(end.result == 0);
  });
}

TEST_CASE("the same, and we send first: ECONNRESET, and the reply can still be read", "[closing]") {
  on_ends([](const Ends& ends) -> Task<> {
    co_await Sending(ends.client, "never read");
    co_await sleep(kRoundTrip);
    co_await Sending(ends.server, "reply");
    backend().close(ends.server);
    co_await sleep(kRoundTrip);
    const std::int64_t sent = co_await Sending(ends.client, "x");
    const std::int64_t again = co_await Sending(ends.client, "x");
    const Received reply = co_await Receiving(ends.client, 10);
    const Received end = co_await Receiving(ends.client, 10);
    CHECK(sent == -ECONNRESET);
    CHECK(again == -EPIPE);
    CHECK(reply.bytes == "reply");
    CHECK(end.result == 0);
  });
}

TEST_CASE("SO_LINGER 0: recv ECONNRESET, then end of stream, then send EPIPE", "[closing]") {
  on_ends([](const Ends& ends) -> Task<> {
    backend().reset(ends.server);
    co_await sleep(kRoundTrip);
    const Received error = co_await Receiving(ends.client, 10);
    const Received end = co_await Receiving(ends.client, 10);
    const std::int64_t sent = co_await Sending(ends.client, "x");
    CHECK(error.result == -ECONNRESET);
    CHECK(end.result == 0);
    CHECK(sent == -EPIPE);
    CHECK(backend().shutdown_write(ends.client) == -ENOTCONN);
  });
}

TEST_CASE("a reset discards what was not sent, but not what is on its way", "[closing]") {
  NetworkOptions options;
  options.host.receive_buffer_bytes = 4;
  Pair pair(options);
  pair.run([](Pair& pair) -> Task<> {
    const Ends ends = co_await connect_ends(pair.client, pair.server);
    co_await Sending(ends.client, "abcdefgh");
    backend().reset(ends.client);
    co_await sleep(kRoundTrip);
    const Received got = co_await Receiving(ends.server, 10);
    const Received error = co_await Receiving(ends.server, 10);
    CHECK(got.bytes == "abcd");
    CHECK(error.result == -ECONNRESET);
    ends.close_all();
  }(pair));
}

TEST_CASE("after a reset nothing more is sent, even if the window opens", "[closing]") {
  NetworkOptions options;
  options.host.receive_buffer_bytes = 4;
  Pair pair(options);
  pair.run([](Pair& pair) -> Task<> {
    const Ends ends = co_await connect_ends(pair.client, pair.server);
    co_await Sending(ends.client, "abcdefgh");
    co_await sleep(5_ms);
    const Received got = co_await Receiving(ends.server, 10);
    CHECK(got.bytes == "abcd");
    co_await sleep(500_us);  // the news of it is on its way to a client that is about to reset
    backend().reset(ends.client);
    co_await sleep(kRoundTrip);
    const Received error = co_await Receiving(ends.server, 10);
    CHECK(error.result == -ECONNRESET);
    ends.close_all();
  }(pair));
}

TEST_CASE("half-close: the other direction goes on, and our sends are EPIPE", "[closing]") {
  on_ends([](const Ends& ends) -> Task<> {
    co_await Sending(ends.client, "question");
    CHECK(backend().shutdown_write(ends.client) == 0);
    CHECK(backend().shutdown_write(ends.client) == 0);
    CHECK(static_cast<Network&>(backend()).events_in_flight() == 2);  // bytes, and one FIN
    const Received question = co_await receive_all(ends.server);
    CHECK(question.bytes == "question");
    const std::int64_t sent = co_await Sending(ends.client, "x");
    CHECK(sent == -EPIPE);
    co_await Sending(ends.server, "answer");
    backend().close(ends.server);
    const Received answer = co_await receive_all(ends.client);
    CHECK(answer.bytes == "answer");
    CHECK(answer.result == 0);
  });
}

TEST_CASE("close sends what was written first, however slowly it is read", "[closing]") {
  NetworkOptions options;
  options.host.receive_buffer_bytes = 1000;
  Pair pair(options);
  pair.run([](Pair& pair) -> Task<> {
    const Ends ends = co_await connect_ends(pair.client, pair.server);
    const std::string data = pattern(100'000);
    co_await Sending(ends.client, data);
    backend().close(ends.client);
    CHECK(pair.network.open_sockets(pair.client) == 0);
    const Received got = co_await receive_all(ends.server);
    CHECK((got.bytes == data));
    CHECK(got.result == 0);
    ends.close_all();
  }(pair));
}

TEST_CASE("a recv that waits: bytes, end of stream, reset, each ends it when it arrives",
          "[closing]") {
  on_ends([](const Ends& ends) -> Task<> {
    const Instant start = now();
    spawn_on(
        ends.server_host,
        [](Ends ends) -> Task<> {
          co_await sleep(10_ms);
          co_await Sending(ends.server, "bytes");
          co_await sleep(10_ms);
          backend().reset(ends.server);
        },
        ends);
    const Received got = co_await Receiving(ends.client, 10);
    CHECK(got.bytes == "bytes");
    CHECK(now() - start == 11_ms);
    const Received error = co_await Receiving(ends.client, 10);
    CHECK(error.result == -ECONNRESET);
    CHECK(now() - start == 21_ms);
  });
  on_ends([](const Ends& ends) -> Task<> {
    const Instant start = now();
    backend().shutdown_write(ends.server);
    const Received end = co_await Receiving(ends.client, 10);
    CHECK(end.result == 0);
    CHECK(now() - start == 1_ms);
  });
}

TEST_CASE("a reset ends a recv and a send that wait: ECONNRESET for the one, EPIPE for the other",
          "[closing]") {
  on_ends([](const Ends& ends) -> Task<> {
    std::int64_t sent = 1;
    Received got;
    Group group;
    group.spawn([&]() -> Task<> {
      const std::string data = pattern(5'000'000);
      sent = co_await send_all(ends.client, data);
    });
    group.spawn([&]() -> Task<> { got = co_await Receiving(ends.client, 10); });
    co_await sleep(10_ms);
    backend().reset(ends.server);
    co_await group.wait();
    CHECK(got.result == -ECONNRESET);
    CHECK(sent == -EPIPE);
  });
}

TEST_CASE("closing our own socket ends what waits on it with ECANCELED", "[closing]") {
  on_ends([](const Ends& ends) -> Task<> {
    std::int64_t sent = 1;
    Received got;
    Accepted accepted;
    Group group;
    group.spawn([&]() -> Task<> {
      const std::string data = pattern(5'000'000);
      sent = co_await send_all(ends.client, data);
    });
    group.spawn([&]() -> Task<> { got = co_await Receiving(ends.client, 10); });
    group.spawn([&]() -> Task<> { accepted = co_await Accepting(ends.listener); });
    co_await sleep(10_ms);
    backend().close(ends.client);
    backend().close(ends.listener);
    co_await group.wait();
    CHECK(got.result == -ECANCELED);
    CHECK(sent == -ECANCELED);
    CHECK(accepted.result == -ECANCELED);
  });
}

TEST_CASE("both sides close at once: both see the end, nobody an error", "[closing]") {
  on_ends([](const Ends& ends) -> Task<> {
    backend().shutdown_write(ends.client);
    backend().shutdown_write(ends.server);
    const Received at_client = co_await Receiving(ends.client, 1);
    const Received at_server = co_await Receiving(ends.server, 1);
    CHECK(at_client.result == 0);
    CHECK(at_server.result == 0);
    backend().reset(ends.client);  // after both FINs there is nothing to reset
    co_await sleep(kRoundTrip);
    const Received still = co_await Receiving(ends.server, 1);
    CHECK(still.result == 0);
    const std::int64_t sent = co_await Sending(ends.server, "x");
    CHECK(sent == -EPIPE);
  });
}

TEST_CASE("bytes that meet a closed socket are answered by a reset", "[closing]") {
  on_ends([](const Ends& ends) -> Task<> {
    co_await Sending(ends.client, "crosses the FIN");
    backend().close(ends.server);  // has not seen it yet
    co_await sleep(kRoundTrip + 1_ns);
    const Received end = co_await Receiving(ends.client, 1);
    CHECK(end.result == 0);
    const std::int64_t sent = co_await Sending(ends.client, "x");
    CHECK(sent == -EPIPE);
  });
}

TEST_CASE("closing a socket that has read everything makes no reset", "[closing]") {
  on_ends([](const Ends& ends) -> Task<> {
    co_await Sending(ends.client, "read");
    const Received got = co_await Receiving(ends.server, 10);
    CHECK(got.bytes == "read");
    backend().close(ends.server);
    co_await sleep(kRoundTrip);
    const Received end = co_await Receiving(ends.client, 1);
    CHECK(end.result == 0);
  });
}

TEST_CASE("a blocked writer learns of the reset by a reader that closed", "[closing]") {
  on_ends([](const Ends& ends) -> Task<> {
    Group group;
    std::int64_t sent = 1;
    group.spawn([&]() -> Task<> {
      const std::string data = pattern(5'000'000);
      sent = co_await send_all(ends.client, data);
    });
    co_await sleep(10_ms);
    backend().close(ends.server);  // with unread input
    co_await group.wait();
    CHECK(sent == -ECONNRESET);
  });
}

}  // namespace
}  // namespace rill::simnet
