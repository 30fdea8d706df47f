// A program for the checks of exports: what the lessons' programs do not meet by themselves.
// Uploads and downloads over links that lose segments and are cut; a connect that nobody answers
// to; resets. Usage: rough_network --seed N --trace FILE
#include <cstdio>
#include <string>
#include <vector>

#include "net/net.h"
#include "scheduler/api.h"
#include "scheduler/run.h"
#include "scheduler/trace/recorder.h"
#include "scheduler/trace/writer.h"
#include "simnet/network.h"
#include "simnet/trace/surroundings.h"

namespace rill {
namespace {

constexpr std::uint16_t kPort = 80;

Task<> echo(Connection client) {
  for (;;) {
    const std::string part = co_await client.recv(4'096);
    if (part.empty()) co_return;
    co_await client.sendall(part);
  }
}

Task<> serve() { co_await server("", kPort, echo); }

Task<> upload(int number) {
  Connection connection = co_await connect("server", kPort);
  for (int round = 0; round < 6; ++round) {
    const std::string text(std::size_t{700} * static_cast<std::size_t>(number + round + 1),
                           static_cast<char>('a' + number));
    co_await connection.sendall(text);
    co_await sleep(milliseconds(30));
  }
  connection.shutdown_write();
  while (!connection.eof()) co_await connection.recv(1'000);
}

Task<> visit(int number) {
  try {
    co_await upload(number);
  } catch (const NetError&) {  // the network is rough
  }
}

Task<> knock() {
  try {
    Connection nobody = co_await connect("server", 81);
  } catch (const NetError&) {  // as expected
  }
  Connection rude = co_await connect("server", kPort);
  co_await rude.sendall("I must go");
  rude.reset();
}

Task<> scenario(simnet::Network& network) {
  const HostId server = network.add_host("server");
  std::vector<HostId> clients;
  for (int i = 0; i < 4; ++i) clients.push_back(network.add_host("client" + std::to_string(i)));
  spawn_on(server, serve());
  co_await sleep(milliseconds(5));
  Group visits;
  for (int i = 0; i < 4; ++i) visits.spawn_on(clients[static_cast<std::size_t>(i)], visit(i));
  visits.spawn_on(clients[0], knock());
  co_await sleep(milliseconds(40));
  network.cut(server, clients[1]);
  co_await sleep(milliseconds(500));
  network.heal(server, clients[1]);
  co_await visits.wait();
}

simnet::NetworkOptions rough() {
  simnet::NetworkOptions options;
  options.link.latency = simnet::Latency::uniform(milliseconds(1), milliseconds(6));
  options.link.loss_per_million = 30'000;
  options.short_segment_percent = 20;
  options.faults = simnet::FaultMenu({simnet::Fault::loss, simnet::Fault::connect_late}, 50'000);
  options.faults.set(simnet::Fault::reset, 20'000);
  options.faults.set(simnet::Fault::reordering, 20'000);
  return options;
}

void play(std::uint64_t seed, const std::string& path) {
  simnet::Network network(rough());
  simnet::TraceSurroundings surroundings(network);
  trace::FileWriter file(path, {.program = "rough_network", .seed = seed, .token = {}});
  trace::Recorder recorder(surroundings, file);
  SeededOracle oracle(seed, SeededOracle::Order::random);
  RunReport report;
  RunOptions options;
  options.stop_with_root = true;
  options.oracle = &oracle;
  options.report = &report;
  options.recorder = &recorder;
  run(scenario(network), network, options);
  recorder.end(report);
}

}  // namespace
}  // namespace rill

int main(int argc, char** argv) {
  if (argc != 5) {
    std::fprintf(stderr, "rough_network wants --seed N --trace FILE\n");
    return 2;
  }
  rill::play(std::stoull(argv[2]), argv[4]);
}
