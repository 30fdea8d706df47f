// How fast idle time passes: a heartbeat each second for some simulated hours, each a message and
// its answer.
//
//   bazel run //tests/bench:sim_heartbeats -- 24
//
// Prints one JSON line with wall_ms, and how many heartbeats were answered.
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "net/net.h"
#include "scheduler/api.h"
#include "simnet/network.h"

namespace rill {
namespace {

Task<> answer_heartbeats(Connection peer) {
  char beat[1];
  for (;;) {
    const std::size_t size_bytes = co_await peer.recv_into(beat);
    if (size_bytes == 0) co_return;
    co_await peer.sendall(std::string_view(beat, 1));
  }
}

Task<std::uint64_t> heartbeats(simnet::Network& network, Duration length) {
  const HostId server_host = network.add_host("server");
  const HostId client_host = network.add_host("client");
  TaskRef serving = spawn_on(server_host, [] { return server("", 7, answer_heartbeats); });
  std::uint64_t answered = 0;
  TaskRef beating = spawn_on(client_host, [&answered, length]() -> Task<> {
    Connection connection = co_await connect("server", 7);
    const Instant end = now() + length;
    char beat[1];
    while (now() < end) {
      co_await connection.sendall("+");
      const std::size_t size_bytes = co_await connection.recv_into(beat);
      answered += size_bytes;
      co_await sleep(1_s);
    }
  });
  co_await join(beating);
  co_await kill(serving);
  co_return answered;
}

}  // namespace
}  // namespace rill

int main(int argc, char** argv) {
  using namespace rill;
  const long hours = argc > 1 ? std::strtol(argv[1], nullptr, 10) : 24;
  if (hours < 1) {
    std::fprintf(stderr, "sim_heartbeats: needs a number of simulated hours\n");
    return 2;
  }
  simnet::Network network;
  SeededOracle oracle(1);
  RunReport report;
  const auto before = std::chrono::steady_clock::now();
  const std::uint64_t answered = run(heartbeats(network, seconds(hours * 3600)), network,
                                     {.oracle = &oracle, .report = &report});
  const std::chrono::duration<double, std::milli> wall = std::chrono::steady_clock::now() - before;
  std::printf("{\"hours\":%ld,\"answered\":%llu,\"wall_ms\":%.2f,\"fingerprint\":\"%s\"}\n", hours,
              static_cast<unsigned long long>(answered), wall.count(), report.fingerprint.c_str());
  return 0;
}
