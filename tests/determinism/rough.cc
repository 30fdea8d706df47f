// A scenario with everything random switched on: tasks in random order, steps that take time, short
// reads, writes and segments, links with jitter and a bandwidth; and with every way in which tasks
// meet: a channel, a semaphore, timeouts, kills, resets, a name that is asked for.
//
// Its own choices come from the seed by scatter(), and a failed call is a normal event in it.
#include <string>
#include <vector>

#include "net/net.h"
#include "scheduler/api.h"
#include "simnet/network.h"
#include "tests/determinism/scenarios.h"

namespace rill::testing {
namespace {

using simnet::Latency;
using simnet::Network;

constexpr std::uint16_t kPort = 7;
constexpr std::uint64_t kClients = 6;
constexpr std::uint64_t kRounds = 5;

struct Shared {
  std::uint64_t seed = 0;
  Channel<std::string> results{2};
  Semaphore at_once{3};
  Event listening;
};

/// Sends back each line, its words turned around.
Task<> turn_lines(Connection connection) {
  for (;;) {
    const std::string line = co_await connection.readline();
    if (line.empty()) co_return;
    co_await connection.sendall(std::string(line.rbegin() + 1, line.rend()) + "\n");
  }
}

Task<> serve(Shared& shared) {
  Listener listener("", kPort);
  shared.listening.set();
  co_await server(std::move(listener), turn_lines);
}

std::string line_of(std::uint64_t key) {
  std::string line;
  const std::uint64_t size_bytes = 1 + key % 5000;
  for (std::uint64_t i = 0; i < size_bytes; ++i) {
    line += static_cast<char>('a' + scatter(key ^ i) % 26);
  }
  return line + "\n";
}

Task<> talk(Shared& shared, std::uint64_t client) {
  Semaphore::Permit permit = co_await shared.at_once.acquire();
  Connection connection = co_await connect("server", kPort);
  for (std::uint64_t round = 0; round < kRounds; ++round) {
    const std::uint64_t key = scatter(shared.seed ^ scatter(client * kRounds + round));
    co_await connection.sendall(line_of(key));
    if (key % 11 == 0) co_return;  // leaves, and what comes finds nobody
    const auto patience = microseconds(static_cast<std::int64_t>(2'000 + key % 40'000));
    std::optional<std::string> answer = co_await timeout(patience, connection.readline());
    co_await shared.results.push(answer ? *answer : "too late");
  }
  connection.shutdown_write();
  co_await connection.recv(1);
}

/// A client whose connection breaks has had an ordinary day.
Task<> client(Shared& shared, std::uint64_t number) {
  std::string trouble;
  try {
    // Both ends may be writing more than the buffers hold, and neither reads: that too must end.
    co_await timeout(seconds(1), talk(shared, number));
  } catch (const NetError& error) {
    trouble = error.what();
  }
  if (!trouble.empty()) co_await shared.results.push(std::move(trouble));
}

Task<> kill_one(Shared& shared, std::vector<TaskRef>& clients) {
  const std::uint64_t key = scatter(~shared.seed);
  co_await sleep(microseconds(static_cast<std::int64_t>(key % 60'000)));
  co_await kill(clients[key % clients.size()]);
}

Task<> collect(Shared& shared) {
  for (;;) {
    const std::optional<std::string> result = co_await shared.results.pop();
    if (!result) co_return;
    co_await sleep(microseconds(static_cast<std::int64_t>(result->size())));
  }
}

Task<> rough(Network& network, Shared& shared) {
  const HostId home = network.add_host("server");
  TaskRef serving = spawn_on(home, serve(shared));
  co_await shared.listening.wait();
  TaskRef collector = spawn(collect(shared));
  std::vector<TaskRef> clients;
  for (std::uint64_t i = 0; i < kClients; ++i) {
    const HostId host = network.add_host("client" + std::to_string(i));
    clients.push_back(spawn_on(host, client(shared, i)));
  }
  TaskRef killer = spawn(kill_one(shared, clients));
  for (const TaskRef& one : clients) co_await join(one);
  co_await join(killer);
  shared.results.close();
  co_await join(collector);
  co_await kill(serving);
}

}  // namespace

std::string run_rough(std::uint64_t seed, TraceSink* sink) {
  simnet::NetworkOptions options;
  options.link.latency = Latency::uniform(milliseconds(1), milliseconds(9));
  options.link.bytes_per_second = 1'000'000;
  options.host.send_buffer_bytes = 3000;
  options.host.receive_buffer_bytes = 2000;
  options.step_cost = microseconds(30);
  options.short_read_percent = 30;
  options.short_write_percent = options.short_segment_percent = 20;
  Network network(options);
  SeededOracle oracle(seed, SeededOracle::Order::random);
  Shared shared;
  shared.seed = seed;
  RunReport report;
  run(rough(network, shared), network, {.oracle = &oracle, .trace_sink = sink, .report = &report});
  return report.fingerprint;
}

}  // namespace rill::testing
