// sim_echo: how fast is the simulated network? The workload "echo" of the goals, exactly:
//
//   bazel-bin/tests/bench/sim_echo --clients H --rounds M --latency fixed|uniform [--seed N] \
//       [--trace FILE]
//
// One server host, H client hosts with one connection each, all from virtual time 0 on; each client
// writes 64 bytes with the round in the first, reads exactly 64, compares, M times, and closes. The
// server runs one task for each connection. One-way latency fixed 1 ms, or uniform 1 to 10 ms drawn
// for each message. Time is from the first step to the last reply; fingerprint on. An event is what
// lands from the network's queue; bytes are all of the process beyond its start. With --trace the
// run is traced into FILE, which may be /dev/null: what that costs is the difference.
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <optional>
#include <string>
#include <string_view>

#include "net/net.h"
#include "scheduler/api.h"
#include "scheduler/trace/recorder.h"
#include "scheduler/trace/writer.h"
#include "simnet/network.h"
#include "simnet/trace/surroundings.h"

namespace rill::bench {
namespace {

constexpr std::size_t kMessageBytes = 64;
constexpr std::uint16_t kPort = 7;
using Clock = std::chrono::steady_clock;

struct Options {
  std::uint32_t clients = 100;
  std::uint32_t rounds = 1000;
  bool is_uniform = false;
  std::uint64_t seed = 1;
  std::string trace;  // empty: none
};

struct World {
  const Options& options;
  simnet::Network& network;
  HostId server = 0;
  Clock::time_point begin{};
  Clock::time_point end{};
  std::clock_t cpu_begin = 0;
  std::clock_t cpu_end = 0;
  std::uint64_t round_trips = 0;
  std::uint32_t running = 0;
};

Task<> echo(Connection connection) {
  char data[kMessageBytes];
  for (;;) {
    std::size_t have = 0;
    while (have < kMessageBytes) {
      const std::size_t got = co_await connection.recv_into({data + have, kMessageBytes - have});
      if (got == 0) co_return;
      have += got;
    }
    co_await connection.sendall({data, kMessageBytes});
  }
}

Task<> serve(World& world) {
  Listener listener("0.0.0.0", kPort, {.backlog = static_cast<int>(world.options.clients)});
  for (std::uint32_t i = 0; i < world.options.clients; ++i) {
    Connection connection = co_await listener.accept();
    spawn(echo, std::move(connection));
  }
}

Task<> client(World& world, std::uint32_t number) {
  Connection connection = co_await connect(world.network.address(world.server, kPort));
  char out[kMessageBytes];
  char in[kMessageBytes];
  std::memset(out, static_cast<int>(number), sizeof out);
  for (std::uint32_t round = 0; round < world.options.rounds; ++round) {
    std::memcpy(out, &round, sizeof round);
    co_await connection.sendall({out, kMessageBytes});
    std::size_t have = 0;
    while (have < kMessageBytes) {
      const std::size_t got = co_await connection.recv_into({in + have, kMessageBytes - have});
      if (got == 0) std::abort();
      have += got;
    }
    if (std::memcmp(in, out, kMessageBytes) != 0) std::abort();
    ++world.round_trips;
  }
  if (--world.running > 0) co_return;
  world.end = Clock::now();
  world.cpu_end = std::clock();
}

Task<> start_all(World& world) {
  world.begin = Clock::now();
  world.cpu_begin = std::clock();
  world.running = world.options.clients;
  spawn_on(world.server, serve(world));
  for (std::uint32_t i = 0; i < world.options.clients; ++i) {
    spawn_on(world.server + 1 + i, client(world, i));
  }
  co_return;
}

std::uint64_t peak_bytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
}

std::optional<Options> parse(int count, char** arguments) {
  Options options;
  for (int i = 1; i < count; i += 2) {
    const std::string_view name = arguments[i];
    if (i + 1 == count) return std::nullopt;
    const char* const value = arguments[i + 1];
    if (name == "--clients") {
      options.clients = static_cast<std::uint32_t>(std::strtoul(value, nullptr, 10));
    } else if (name == "--rounds") {
      options.rounds = static_cast<std::uint32_t>(std::strtoul(value, nullptr, 10));
    } else if (name == "--latency" &&
               (value == std::string_view("fixed") || value == std::string_view("uniform"))) {
      options.is_uniform = value == std::string_view("uniform");
    } else if (name == "--trace") {
      options.trace = value;
    } else if (name == "--seed") {
      options.seed = std::strtoull(value, nullptr, 10);
    } else {
      return std::nullopt;
    }
  }
  if (options.clients == 0) return std::nullopt;
  return options;
}

void measure(const Options& options) {
  const std::uint64_t bytes_before = peak_bytes();
  simnet::NetworkOptions network_options;
  if (options.is_uniform) {
    network_options.link.latency = simnet::Latency::uniform(1_ms, 10_ms);
  }
  network_options.host.most_descriptors = options.clients + 1;
  network_options.host.largest_backlog = std::max(options.clients, 4096u);
  simnet::Network network(network_options);
  World world{options, network};
  world.server = network.add_host("server");
  for (std::uint32_t i = 0; i < options.clients; ++i) network.add_host("c" + std::to_string(i));
  SeededOracle oracle(options.seed);
  simnet::TraceSurroundings surroundings(network);
  std::optional<trace::FileWriter> file;
  std::optional<trace::Recorder> recorder;
  RunReport report;
  RunOptions run_options{.oracle = &oracle, .fingerprint = true, .report = &report};
  if (!options.trace.empty()) {
    file.emplace(options.trace, trace::Header{.program = "sim_echo", .seed = options.seed});
    run_options.recorder = &recorder.emplace(surroundings, *file);
  }
  run(start_all(world), network, run_options);
  if (recorder) recorder->end(report);
  if (world.round_trips != std::uint64_t{options.clients} * options.rounds) std::abort();
  const double seconds = std::chrono::duration<double>(world.end - world.begin).count();
  std::printf(
      "{\"clients\":%u,\"rounds\":%u,\"latency\":\"%s\",\"seed\":%llu,\"wall_s\":%.6f,\"cpu_s\":%."
      "6f,"
      "\"rt_per_s\":%.0f,\"events_per_s\":%.0f,\"bytes_per_connection\":%.0f,"
      "\"trace_events\":%llu,\"fingerprint\":\"%s\"}\n",
      options.clients, options.rounds, options.is_uniform ? "uniform" : "fixed",
      static_cast<unsigned long long>(options.seed), seconds,
      static_cast<double>(world.cpu_end - world.cpu_begin) / CLOCKS_PER_SEC,
      static_cast<double>(world.round_trips) / seconds,
      static_cast<double>(network.events_landed()) / seconds,
      static_cast<double>(peak_bytes() - bytes_before) / options.clients,
      static_cast<unsigned long long>(report.events), report.fingerprint.c_str());
}

}  // namespace
}  // namespace rill::bench

int main(int count, char** arguments) {
  const auto options = rill::bench::parse(count, arguments);
  if (!options) {
    std::fprintf(stderr,
                 "usage: sim_echo [--clients H] [--rounds M] [--latency fixed|uniform] [--seed N] "
                 "[--trace FILE]\n");
    return 2;
  }
  rill::bench::measure(*options);
}
