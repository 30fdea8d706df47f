// How connections come to be on the simulated network, and how they do not. Times are those of a
// link of 1 ms in each direction. Expected results are Linux's: see simnet/handshake.cc.
#include "tests/simnet/raw.h"

namespace rill::simnet {
namespace {

TEST_CASE("connect takes a round trip, and accept half a round trip more", "[handshake]") {
  Pair pair;
  pair.run([](Pair& pair) -> Task<> {
    const Handle listener = listen_on(pair.server);
    spawn_on(
        pair.server,
        [](Handle on) -> Task<> {
          const Accepted accepted = co_await Accepting(on);
          CHECK(accepted.result == 0);
          CHECK(now() == Instant{3'000'000});
          CHECK(to_string(accepted.peer) == "10.0.0.1:32768");
          backend().close(accepted.socket);
          backend().close(on);
        },
        listener);
    const Connected connected =
        co_await connect_from(pair.client, pair.network.address(pair.server, kPort));
    CHECK(connected.result == 0);
    CHECK(now() == Instant{2'000'000});
    CHECK(to_string(backend().local_address(connected.socket)) == "10.0.0.1:32768");
    CHECK(to_string(backend().peer_address(connected.socket)) == "10.0.0.2:7");
    backend().close(connected.socket);
  }(pair));
}

TEST_CASE("where nobody listens, connect is refused after a round trip", "[handshake]") {
  Pair pair;
  pair.run([](Pair& pair) -> Task<> {
    const Connected connected =
        co_await connect_from(pair.client, pair.network.address(pair.server, 9));
    CHECK(connected.result == -ECONNREFUSED);
    CHECK(now() == Instant{2'000'000});
  }(pair));
}

TEST_CASE("where nobody is, connect times out after 127 s, as tcp(7) has it", "[handshake]") {
  Pair pair;
  pair.run([](Pair& pair) -> Task<> {
    const Connected connected =
        co_await connect_from(pair.client, Address::ipv4(192, 0, 2, 1, kPort));
    CHECK(connected.result == -ETIMEDOUT);
    CHECK(now() == Instant{127'000'000'000});
  }(pair));
}

TEST_CASE("how long connect tries can be set for each host", "[handshake]") {
  Pair pair;
  pair.network.set_host(pair.client, {.connect_retries = 1, .first_retry = milliseconds(100)});
  pair.run([](Pair& pair) -> Task<> {
    const Connected connected =
        co_await connect_from(pair.client, Address::ipv4(192, 0, 2, 1, kPort));
    CHECK(connected.result == -ETIMEDOUT);
    CHECK(now() == Instant{300'000'000});
  }(pair));
}

Task<> connect_and_note(HostId host, Address to, std::vector<std::int64_t>& times_ms,
                        std::vector<Handle>& sockets) {
  const Connected connected = co_await connect_from(host, to);
  CHECK(connected.result == 0);
  times_ms.push_back((now() - Instant()).ns / 1'000'000);
  sockets.push_back(connected.socket);
}

TEST_CASE("backlog n lets n + 1 connections complete; the next SYNs are sent again after 1 s, 3 s",
          "[handshake]") {
  Pair pair;
  pair.run([](Pair& pair) -> Task<> {
    const Handle listener = listen_on(pair.server, 2);
    const Address to = pair.network.address(pair.server, kPort);
    std::vector<std::int64_t> times_ms;
    std::vector<Handle> sockets;
    Group group;
    for (int i = 0; i < 5; ++i) {
      group.spawn(connect_and_note(pair.client, to, times_ms, sockets));
      co_await sleep(10_ms);  // so that each finds the others in the queue
    }
    CHECK(times_ms == std::vector<std::int64_t>{2, 12, 22});
    for (int i = 0; i < 5; ++i) {
      if (i > 0) co_await sleep(2_s);  // at 0.05, 2.05, 4.05 s ...
      const Accepted accepted = co_await Accepting(listener);
      CHECK(accepted.result == 0);
      backend().close(accepted.socket);
    }
    co_await group.wait();
    CHECK(times_ms == std::vector<std::int64_t>{2, 12, 22, 1032, 3042});
    for (const Handle socket : sockets) backend().close(socket);
    backend().close(listener);
  }(pair));
}

TEST_CASE(
    "a handshake that ends at a full queue waits there, and its client believes it is through",
    "[handshake]") {
  Pair pair;
  pair.run([](Pair& pair) -> Task<> {
    const Handle listener = listen_on(pair.server, 0);
    const Address to = pair.network.address(pair.server, kPort);
    std::vector<std::int64_t> times_ms;
    std::vector<Handle> sockets;
    Group group;
    for (int i = 0; i < 2; ++i) {
      group.spawn(connect_and_note(pair.client, to, times_ms, sockets));
    }
    co_await group.wait();  // both SYNs found an empty queue
    CHECK(times_ms == std::vector<std::int64_t>{2, 2});
    const std::int64_t sent = co_await Sending(sockets[1], "early");
    CHECK(sent == 5);
    co_await sleep(5_ms);
    const Accepted first = co_await Accepting(listener);
    CHECK(now() == Instant{7'000'000});
    const Accepted second = co_await Accepting(listener);
    CHECK(now() == Instant{1'003'000'000});  // the SYN-ACK was sent again
    const Received got = co_await Receiving(second.socket, 10);
    CHECK(got.bytes == "early");
    for (const Handle socket : {sockets[0], sockets[1], first.socket, second.socket, listener}) {
      backend().close(socket);
    }
  }(pair));
}

TEST_CASE("a server that never accepts forgets a handshake after 63 s, and resets who has sent",
          "[handshake]") {
  Pair pair;
  pair.run([](Pair& pair) -> Task<> {
    const Handle listener = listen_on(pair.server, 0);
    const Address to = pair.network.address(pair.server, kPort);
    std::vector<std::int64_t> times_ms;
    std::vector<Handle> sockets;
    Group group;
    for (int i = 0; i < 3; ++i) {
      group.spawn(connect_and_note(pair.client, to, times_ms, sockets));
    }
    co_await group.wait();
    co_await Sending(sockets[1], "early");
    const Received talker = co_await Receiving(sockets[1], 10);
    CHECK(talker.result == -ECONNRESET);
    CHECK(now() == Instant{63'004'000'000});
    co_await Sending(sockets[2], "late");  // who was silent learns it by speaking
    const Received listener_only = co_await Receiving(sockets[2], 10);
    CHECK(listener_only.result == -ECONNRESET);
    for (const Handle socket : sockets) backend().close(socket);
    backend().close(listener);
  }(pair));
}

TEST_CASE("connections are accepted in the order in which their handshakes ended", "[handshake]") {
  Pair pair;
  pair.network.set_link(pair.client, pair.server, {.latency = Latency::fixed(5_ms)});
  pair.run([](Pair& pair) -> Task<> {
    const Handle listener = listen_on(pair.server);
    const Address to = pair.network.address(pair.server, kPort);
    std::vector<std::int64_t> times_ms;
    std::vector<Handle> sockets;
    Group group;
    group.spawn(connect_and_note(pair.client, to, times_ms, sockets));
    group.spawn(connect_and_note(pair.server, to, times_ms, sockets));  // over loopback: first
    co_await group.wait();
    const Accepted first = co_await Accepting(listener);
    const Accepted second = co_await Accepting(listener);
    CHECK(first.peer.host_text() == "10.0.0.2");
    CHECK(second.peer.host_text() == "10.0.0.1");
    for (const Handle socket : {sockets[0], sockets[1], first.socket, second.socket, listener}) {
      backend().close(socket);
    }
  }(pair));
}

TEST_CASE("a client that resets before accept is accepted, and recv says ECONNRESET",
          "[handshake]") {
  Pair pair;
  pair.run([](Pair& pair) -> Task<> {
    const Handle listener = listen_on(pair.server);
    const Connected connected =
        co_await connect_from(pair.client, pair.network.address(pair.server, kPort));
    co_await sleep(5_ms);
    backend().reset(connected.socket);
    co_await sleep(5_ms);
    const Accepted accepted = co_await Accepting(listener);
    CHECK(accepted.result == 0);
    const Received got = co_await Receiving(accepted.socket, 10);
    CHECK(got.result == -ECONNRESET);
    const Received end = co_await Receiving(accepted.socket, 10);
    CHECK(end.result == 0);
    backend().close(accepted.socket);
    backend().close(listener);
  }(pair));
}

Task<> accept_in_vain(Handle listener) { co_await Accepting(listener); }

TEST_CASE("a client that resets before its handshake is complete is never accepted",
          "[handshake]") {
  Pair pair;
  pair.run([](Pair& pair) -> Task<> {
    const Handle listener = listen_on(pair.server, 0);
    const Address to = pair.network.address(pair.server, kPort);
    std::vector<std::int64_t> times_ms;
    std::vector<Handle> sockets;
    Group group;
    for (int i = 0; i < 2; ++i) {
      group.spawn(connect_and_note(pair.client, to, times_ms, sockets));
    }
    co_await group.wait();
    co_await sleep(5_ms);  // the second waits at the full queue
    backend().reset(sockets[1]);
    co_await sleep(5_ms);
    const Accepted accepted = co_await Accepting(listener);
    CHECK(accepted.peer.port == 32768);
    const auto nobody = co_await timeout(10_s, accept_in_vain(listener));
    CHECK(nobody == Outcome::timed_out);
    for (const Handle socket : {sockets[0], accepted.socket, listener}) backend().close(socket);
  }(pair));
}

TEST_CASE("closing a listener resets those in its queue and those on their way to it",
          "[handshake]") {
  Pair pair;
  pair.run([](Pair& pair) -> Task<> {
    const Handle listener = listen_on(pair.server);
    const Address to = pair.network.address(pair.server, kPort);
    const Connected queued = co_await connect_from(pair.client, to);
    co_await sleep(5_ms);
    const Connected under_way = co_await connect_from(pair.client, to);
    backend().close(listener);  // its last ACK has not arrived
    const Received first = co_await Receiving(queued.socket, 10);
    CHECK(first.result == -ECONNRESET);
    CHECK(now() == Instant{10'000'000});
    const Received second = co_await Receiving(under_way.socket, 10);
    CHECK(second.result == -ECONNRESET);
    CHECK(now() == Instant{11'000'000});
    backend().close(queued.socket);
    backend().close(under_way.socket);
  }(pair));
}

Task<> connect_and_hold(Address to) {
  const Connected connected = co_await Connecting(to);
  const Closing closing(connected.socket);
  co_await sleep(1_s);
}

TEST_CASE("a killed connect leaves nothing behind, whenever it is killed", "[handshake][kill]") {
  for (std::int64_t after_us = 0; after_us < 4000; after_us += 500) {
    Pair pair;
    pair.run([](Pair& pair, std::int64_t after) -> Task<> {
      const Handle listener = listen_on(pair.server);
      const TaskRef client =
          spawn_on(pair.client, connect_and_hold, pair.network.address(pair.server, kPort));
      co_await sleep(microseconds(after) + 1_ns);
      CHECK(pair.network.open_sockets(pair.client) == 1);
      co_await kill(client);
      CHECK(pair.network.open_sockets(pair.client) == 0);
      co_await sleep(10_ms);
      backend().close(listener);
    }(pair, after_us));
  }
}

TEST_CASE("a connect that was given up keeps nobody waiting", "[handshake][kill]") {
  Pair pair;
  const auto body = [](Pair& pair) -> Task<> {
    const TaskRef client =
        spawn_on(pair.client, connect_and_hold, Address::ipv4(192, 0, 2, 1, kPort));
    co_await sleep(2_s);
    co_await kill(client);
    Event never;
    co_await never.wait();
  };
  CHECK_THROWS_AS(run(body(pair), pair.network), Deadlock);
  CHECK(pair.elapsed() == 2_s);
}

}  // namespace
}  // namespace rill::simnet
