// Runs one leak and prints the log of its events, for a comparison with that of another process.
// Usage: leaks --salt N LEAK
// Exit code 1 and a sentence on stderr when the run fails, as it does where //simnet/guard is
// linked.
#include <cstdio>
#include <exception>
#include <map>
#include <string>

#include "simnet/event_log.h"
#include "simnet/network.h"
#include "tests/determinism/leaks/leaks.h"
#include "tests/determinism/scattered_heap.h"

namespace rill::leaks {
namespace {

const std::map<std::string, Task<> (*)()> kLeaks = {
    {"wall_clock", wall_clock},
    {"pointer_order", pointer_order},
    {"unordered_iteration", unordered_iteration},
    {"uninitialised_read", uninitialised_read},
    {"uninitialised_local", uninitialised_local},
    {"random_device", random_device},
    {"thread", thread},
    {"distribution", distribution},
    {"environment", environment},
};

void run_leak(std::uint64_t salt, const std::string& name) {
  const auto leak = kLeaks.at(name);
  simnet::Network network;
  SeededOracle oracle(1);
  simnet::EventLog log;
  testing::salt_heap(salt);
  testing::salt_stack(salt);
  run(leak(), network, {.oracle = &oracle, .trace_sink = &log});
  std::fputs(log.text().c_str(), stdout);
}

}  // namespace
}  // namespace rill::leaks

int main(int argc, char** argv) {
  if (argc != 4 || std::string(argv[1]) != "--salt") {
    std::fputs("usage: leaks --salt N LEAK\n", stderr);
    return 2;
  }
  try {
    rill::leaks::run_leak(std::stoull(argv[2]), argv[3]);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
