// See simulated.h.
#include "tests/tls/simulated.h"

#include <stdexcept>

#include "scheduler/run.h"

namespace rill::testing {

std::string play_simulated(const End& server, const End& client, const SimulatedRun& how) {
  simnet::Network network(how.network);
  const HostId server_host = network.add_host("server");
  const HostId client_host = network.add_host("client");
  SeededOracle oracle(how.seed, how.order);
  RunReport report;
  RunOptions options;
  options.oracle = &oracle;
  options.trace_sink = how.sink;
  options.report = &report;
  options.most_steps_at_one_instant = 1'000'000;
  const auto serve = [](const End& end, Event& listens) -> Task<> {
    Listener listener("", 443);
    listens.set();
    Connection connection = co_await listener.accept();
    co_await end(std::move(connection));
  };
  const auto visit = [](const End& end) -> Task<> {
    Connection connection = co_await connect("server", 443);
    co_await end(std::move(connection));
  };
  const auto both = [&]() -> Task<> {
    Event listens;
    const TaskRef serving = spawn_on(server_host, serve, std::cref(server), std::ref(listens));
    co_await listens.wait();
    const TaskRef visiting = spawn_on(client_host, visit, std::cref(client));
    co_await join(visiting);
    co_await join(serving);
  };
  run(both(), network, options);
  if (network.open_sockets() != 0) throw std::logic_error("a run left sockets open");
  return report.fingerprint;
}

End with_tls(TlsServerContext context, End end) {
  return [context = std::move(context), end = std::move(end)](Connection plain) -> Task<> {
    Connection connection = co_await tls_accept(std::move(plain), context);
    co_await end(std::move(connection));
  };
}

End with_tls(TlsClientContext context, std::string host, End end) {
  return [context = std::move(context), host = std::move(host),
          end = std::move(end)](Connection plain) -> Task<> {
    Connection connection = co_await tls_connect(std::move(plain), context, host);
    co_await end(std::move(connection));
  };
}

End served(End end) { return with_tls(server_identity(), std::move(end)); }
End visiting(End end) { return with_tls(trusting_client(), "server", std::move(end)); }

End in_the_middle(End server, Path back) {
  return [server = std::move(server), back = std::move(back)](Connection outside) -> Task<> {
    Listener listener("127.0.0.1", 444);
    Connection inside = co_await connect(listener.address());
    Connection accepted = co_await listener.accept();
    Group group;
    group.spawn(
        [&server](Connection plain) -> Task<> {
          try {
            co_await server(std::move(plain));
          } catch (const NetError&) {
            // what the middle does to the client is what counts
          }
        },
        std::move(accepted));
    group.spawn([&]() -> Task<> {
      for (;;) {
        const std::string data = co_await outside.recv(4096);
        if (data.empty()) break;
        co_await inside.sendall(data);
      }
      inside.shutdown_write();
    });
    co_await back(inside, outside);
    outside.shutdown_write();
    co_await sleep(100_ms);
    co_await group.cancel();
  };
}

SimulatedRun rough_run(std::uint64_t seed) {
  SimulatedRun how;
  how.seed = seed;
  how.order = SeededOracle::Order::random;
  how.network.step_cost = microseconds(5);
  how.network.short_read_percent = 70;
  how.network.short_write_percent = 70;
  how.network.short_segment_percent = 70;
  return how;
}

Task<std::string> read_all(Connection& connection) {
  std::string all;
  for (;;) {
    const std::string data = co_await connection.recv(std::size_t{64} << 10);
    if (data.empty()) co_return all;
    all += data;
  }
}

std::string pattern_bytes(std::size_t size_bytes, std::uint64_t salt) {
  std::string bytes(size_bytes, '\0');
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < size_bytes; ++i) {
    if (i % 8 == 0) word = scatter(salt ^ scatter(i));
    bytes[i] = static_cast<char>(word >> (i % 8 * 8));
  }
  return bytes;
}

}  // namespace rill::testing
