// Who may have which port, and how many sockets a host may have. Expected errors are Linux's.
#include "tests/simnet/raw.h"

namespace rill::simnet {
namespace {

Listened listen_at(HostId host, Address at, bool reuse_port = false) {
  return backend().listen(host, at, {.backlog = 16, .reuse_port = reuse_port});
}

TEST_CASE("one port, one listener: EADDRINUSE where addresses overlap", "[ports]") {
  Pair pair;
  pair.run([](Pair& pair) -> Task<> {
    const Listened any = listen_at(pair.server, Address::any_ipv4(kPort));
    CHECK(any.error == 0);
    CHECK(listen_at(pair.server, Address::any_ipv4(kPort)).error == EADDRINUSE);
    CHECK(listen_at(pair.server, Address::loopback_ipv4(kPort)).error == EADDRINUSE);
    CHECK(listen_at(pair.server, pair.network.address(pair.server, kPort)).error == EADDRINUSE);
    CHECK(listen_at(pair.server, *Address::parse("::", kPort)).error == EADDRINUSE);
    CHECK(listen_at(pair.server, Address::any_ipv4(kPort), true).error == EADDRINUSE);
    const Listened six = listen_at(pair.server, *Address::parse("::1", kPort));
    CHECK(six.error == 0);
    const Listened elsewhere = listen_at(pair.client, Address::any_ipv4(kPort));
    CHECK(elsewhere.error == 0);
    backend().close(any.handle);
    const Listened again = listen_at(pair.server, Address::any_ipv4(kPort));
    CHECK(again.error == 0);
    for (const Handle handle : {six.handle, elsewhere.handle, again.handle}) {
      backend().close(handle);
    }
    co_return;
  }(pair));
}

TEST_CASE("an address of another host, or of nobody, cannot be bound", "[ports]") {
  Pair pair;
  pair.run([](Pair& pair) -> Task<> {
    CHECK(listen_at(pair.server, pair.network.address(pair.client, kPort)).error == EADDRNOTAVAIL);
    CHECK(listen_at(pair.server, Address::ipv4(192, 0, 2, 1, kPort)).error == EADDRNOTAVAIL);
    co_return;
  }(pair));
}

TEST_CASE("port 0 takes the first free one of the ephemeral range", "[ports]") {
  Pair pair;
  pair.run([](Pair& pair) -> Task<> {
    const Listened first = listen_at(pair.server, Address::any_ipv4(0));
    const Listened second = listen_at(pair.server, Address::any_ipv4(0));
    CHECK(first.bound.port == 32768);
    CHECK(second.bound.port == 32769);
    CHECK(backend().local_address(second.handle) == second.bound);
    backend().close(first.handle);
    backend().close(second.handle);
    co_return;
  }(pair));
}

TEST_CASE("a loopback listener is not reachable from other hosts", "[ports]") {
  Pair pair;
  pair.run([](Pair& pair) -> Task<> {
    const Listened listened = listen_at(pair.server, Address::loopback_ipv4(kPort));
    const Address outside = pair.network.address(pair.server, kPort);
    const Connected refused = co_await connect_from(pair.client, outside);
    CHECK(refused.result == -ECONNREFUSED);
    const Connected other_address = co_await connect_from(pair.server, outside);
    CHECK(other_address.result == -ECONNREFUSED);
    const Instant before = now();
    const Connected connected = co_await connect_from(pair.server, Address::loopback_ipv4(kPort));
    CHECK(connected.result == 0);
    CHECK(now() - before == 100_us);
    const Connected unspecified = co_await connect_from(pair.server, Address::any_ipv4(kPort));
    CHECK(unspecified.result == 0);
    CHECK(backend().peer_address(unspecified.socket) == Address::loopback_ipv4(kPort));
    for (const Handle handle : {listened.handle, connected.socket, unspecified.socket}) {
      backend().close(handle);
    }
  }(pair));
}

TEST_CASE("a listener on :: takes IPv4 too, and shows it mapped", "[ports]") {
  Pair pair;
  pair.run([](Pair& pair) -> Task<> {
    const Listened listened = listen_at(pair.server, *Address::parse("::", kPort));
    const Connected four =
        co_await connect_from(pair.client, pair.network.address(pair.server, kPort));
    const Connected six =
        co_await connect_from(pair.client, pair.network.address_ipv6(pair.server, kPort));
    const Accepted first = co_await Accepting(listened.handle);
    const Accepted second = co_await Accepting(listened.handle);
    CHECK(to_string(first.peer) == "[::ffff:10.0.0.1]:32768");
    CHECK(to_string(backend().peer_address(four.socket)) == "10.0.0.2:7");
    CHECK(to_string(second.peer) == "[fd00::1]:32769");
    for (const Handle handle :
         {listened.handle, four.socket, six.socket, first.socket, second.socket}) {
      backend().close(handle);
    }
  }(pair));
}

TEST_CASE("listeners that share a port share its connections", "[ports]") {
  Pair pair;
  pair.run([](Pair& pair) -> Task<> {
    const Listened one = listen_at(pair.server, Address::any_ipv4(kPort), true);
    const Listened two = listen_at(pair.server, Address::any_ipv4(kPort), true);
    CHECK(two.error == 0);
    CHECK(listen_at(pair.server, Address::any_ipv4(kPort), false).error == EADDRINUSE);
    int accepted_by[2] = {0, 0};
    const auto accept_all = [](Handle listener, int& count) -> Task<> {
      for (;;) {
        const Accepted accepted = co_await Accepting(listener);
        ++count;
        backend().close(accepted.socket);
      }
    };
    Group group;
    group.spawn(accept_all(one.handle, accepted_by[0]));
    group.spawn(accept_all(two.handle, accepted_by[1]));
    for (int i = 0; i < 40; ++i) {
      const Connected connected =
          co_await connect_from(pair.client, pair.network.address(pair.server, kPort));
      backend().close(connected.socket);
    }
    co_await sleep(5_ms);
    CHECK(accepted_by[0] + accepted_by[1] == 40);
    CHECK(accepted_by[0] > 5);
    CHECK(accepted_by[1] > 5);
    co_await group.cancel();
    backend().close(one.handle);
    backend().close(two.handle);
  }(pair));
}

TEST_CASE("without a free descriptor: connect and listen EMFILE, and accept leaves the connection",
          "[ports]") {
  Pair pair;
  pair.network.set_host(pair.client, {.most_descriptors = 2});
  pair.network.set_host(pair.server, {.most_descriptors = 2});
  pair.run([](Pair& pair) -> Task<> {
    const Handle listener = listen_on(pair.server);
    const Address to = pair.network.address(pair.server, kPort);
    const Connected one = co_await connect_from(pair.client, to);
    const Connected two = co_await connect_from(pair.client, to);
    const Connected three = co_await connect_from(pair.client, to);
    CHECK(two.result == 0);
    CHECK(three.result == -EMFILE);
    CHECK(listen_at(pair.client, Address::any_ipv4(kPort)).error == EMFILE);
    const Accepted first = co_await Accepting(listener);
    CHECK(first.result == 0);
    const Accepted none = co_await Accepting(listener);
    CHECK(none.result == -EMFILE);
    backend().close(first.socket);
    const Accepted second = co_await Accepting(listener);
    CHECK(second.result == 0);
    CHECK(second.peer == backend().local_address(two.socket));
    const Accepted empty = co_await Accepting(listener);  // nor does it wait for a connection
    CHECK(empty.result == -EMFILE);
    for (const Handle handle : {listener, one.socket, two.socket, second.socket}) {
      backend().close(handle);
    }
  }(pair));
}

/// Connects, and lets the client or the server close first.
Task<std::int64_t> use_a_port(Pair& pair, Handle listener, bool client_first) {
  const Connected connected =
      co_await connect_from(pair.client, pair.network.address(pair.server, kPort));
  if (connected.result < 0) co_return connected.result;
  const Accepted accepted = co_await Accepting(listener);
  backend().close(client_first ? connected.socket : accepted.socket);
  co_await sleep(5_ms);
  backend().close(client_first ? accepted.socket : connected.socket);
  co_await sleep(5_ms);
  co_return 0;
}

TEST_CASE("a client that closes first keeps its port for 60 s: ports run out, and come back",
          "[ports]") {
  Pair pair;
  pair.network.set_host(pair.client, {.first_ephemeral_port = 50000, .last_ephemeral_port = 50002});
  pair.run([](Pair& pair) -> Task<> {
    const Handle listener = listen_on(pair.server);
    for (int i = 0; i < 3; ++i) {
      const std::int64_t result = co_await use_a_port(pair, listener, true);
      CHECK(result == 0);
    }
    const std::int64_t exhausted = co_await use_a_port(pair, listener, true);
    CHECK(exhausted == -EADDRNOTAVAIL);
    const Connected other_port = co_await connect_from(
        pair.client, pair.network.address(pair.server, 8));  // another pair of ports
    CHECK(other_port.result == -ECONNREFUSED);
    co_await sleep(60_s);
    const std::int64_t again = co_await use_a_port(pair, listener, true);
    CHECK(again == 0);
    backend().close(listener);
  }(pair));
}

TEST_CASE("a client that closes last can use its port again at once", "[ports]") {
  Pair pair;
  pair.network.set_host(pair.client, {.first_ephemeral_port = 50000, .last_ephemeral_port = 50000});
  pair.run([](Pair& pair) -> Task<> {
    const Handle listener = listen_on(pair.server);
    for (int i = 0; i < 3; ++i) {
      const std::int64_t result = co_await use_a_port(pair, listener, false);
      CHECK(result == 0);
    }
    backend().close(listener);
  }(pair));
}

TEST_CASE("a reset leaves no TIME_WAIT", "[ports]") {
  Pair pair;
  pair.network.set_host(pair.client, {.first_ephemeral_port = 50000, .last_ephemeral_port = 50000});
  pair.run([](Pair& pair) -> Task<> {
    const Handle listener = listen_on(pair.server);
    for (int i = 0; i < 3; ++i) {
      const Connected connected =
          co_await connect_from(pair.client, pair.network.address(pair.server, kPort));
      CHECK(connected.result == 0);
      const Accepted accepted = co_await Accepting(listener);
      backend().reset(connected.socket);
      co_await sleep(5_ms);
      backend().close(accepted.socket);
    }
    backend().close(listener);
  }(pair));
}

TEST_CASE("nor does a close that the server answers by a reset", "[ports]") {
  Pair pair;
  pair.network.set_host(pair.client, {.first_ephemeral_port = 50000, .last_ephemeral_port = 50000});
  pair.run([](Pair& pair) -> Task<> {
    const Handle listener = listen_on(pair.server);
    for (int i = 0; i < 3; ++i) {
      const Connected connected =
          co_await connect_from(pair.client, pair.network.address(pair.server, kPort));
      CHECK(connected.result == 0);
      const Accepted accepted = co_await Accepting(listener);
      co_await Sending(connected.socket, "never read");
      backend().close(connected.socket);
      co_await sleep(5_ms);
      backend().close(accepted.socket);
      co_await sleep(5_ms);
    }
    backend().close(listener);
  }(pair));
}

TEST_CASE("on loopback a port in TIME_WAIT can be used again after a second", "[ports]") {
  NetworkOptions options;
  options.host.first_ephemeral_port = options.host.last_ephemeral_port = 50000;
  Pair pair(options);
  pair.client = pair.server;
  pair.run([](Pair& pair) -> Task<> {
    const Handle listener = listen_on(pair.server);
    const std::int64_t first = co_await use_a_port(pair, listener, true);
    const std::int64_t second = co_await use_a_port(pair, listener, true);
    co_await sleep(1_s);
    const std::int64_t third = co_await use_a_port(pair, listener, true);
    CHECK(first == 0);
    CHECK(second == -EADDRNOTAVAIL);
    CHECK(third == 0);
    backend().close(listener);
  }(pair));
}

TEST_CASE("a closed handle is refused, also when its record serves another socket", "[ports]") {
  Pair pair;
  pair.run([](Pair& pair) -> Task<> {
    const Handle first = listen_on(pair.server);
    backend().close(first);
    const Handle second = listen_on(pair.server);
    CHECK(second.slot == first.slot);
    CHECK(second.generation != first.generation);
    const Accepted accepted = co_await Accepting(first);
    CHECK(accepted.result == -EBADF);
    const Received received = co_await Receiving(first, 1);
    CHECK(received.result == -EBADF);
    const std::int64_t sent = co_await Sending(first, "x");
    CHECK(sent == -EBADF);
    CHECK(backend().shutdown_write(first) == -EBADF);
    backend().close(first);  // no effect
    CHECK(pair.network.open_sockets() == 1);
    const Received on_listener = co_await Receiving(second, 1);
    CHECK(on_listener.result == -ENOTCONN);
    const std::int64_t to_listener = co_await Sending(second, "x");
    CHECK(to_listener == -EPIPE);
    backend().close(second);
  }(pair));
}

}  // namespace
}  // namespace rill::simnet
