// Proof against the kernel: whatever a socket script sees of the simulated TCP, it sees of Linux's.
//
// 10,000 scripts by default; RILL_SCRIPTS=N in the environment runs N:
//   bazel test //tests/differential:differential_test --test_env=RILL_SCRIPTS=1000000
#include <cstdlib>
#include <iostream>
#include <optional>
#include <string>

#include "tests/differential/director.h"
#include "tests/differential/generate.h"
#include "tests/differential/judge.h"
#include "tests/differential/kernel_world.h"
#include "tests/differential/sim_world.h"
#include "tests/testing/property.h"

namespace rill::differential {
namespace {

constexpr long kScripts = 10'000;

long wanted_scripts() {
  const char* text = std::getenv("RILL_SCRIPTS");
  return text != nullptr ? std::strtol(text, nullptr, 10) : kScripts;
}

std::optional<std::string> on_plain_network(const Script& script, const Transcript& kernel,
                                            Findings& findings) {
  simnet::Network network(network_options(script));
  SimWorld sim(network, network, script);
  return difference(kernel, sim, &findings);
}

/// Every segment takes its own time: on a settled network nobody can tell.
std::optional<std::string> on_uneven_network(const Script& script, const Transcript& kernel) {
  simnet::NetworkOptions options = network_options(script);
  options.loopback.latency = simnet::Latency::uniform(microseconds(1), microseconds(90));
  SeededOracle oracle(script.operations.size());
  RunContext context;
  context.oracle = &oracle;
  simnet::Network network(options);
  network.attach(context);
  SimWorld sim(network, network, script);
  return difference(kernel, sim, nullptr);
}

TEST_CASE("whatever a script sees of the simulated TCP, it sees of the kernel's",
          "[differential]") {
  const long wanted = wanted_scripts();
  setenv("RC_PARAMS", ("max_success=" + std::to_string(wanted)).c_str(), 1);
  const bool has_ipv6 = KernelWorld::has_ipv6();
  Findings findings;
  testing::property("kernel and simulator reply alike", [&](Script script) {
    if (!has_ipv6) script.family = Family::ipv4;
    KernelWorld kernel(script);
    const Transcript transcript = play(script, kernel);
    auto differs = on_plain_network(script, transcript, findings);
    if (!differs) differs = on_uneven_network(script, transcript);
    if (differs) RC_FAIL(*differs);
  });
  unsetenv("RC_PARAMS");
  std::cout << findings;
  if (findings.scripts < kScripts) return;  // a replay, or a short run, need not meet everything
  for (int i = 0; i < kObservables; ++i) {
    INFO(sentence(static_cast<Observable>(i)));
    CHECK(findings.coverage.was_seen(static_cast<Observable>(i)));
  }
  for (int i = 0; i < kFreedoms; ++i) {
    INFO(description(static_cast<Freedom>(i)).name << ": nothing needs this freedom, delete it");
    CHECK(findings.freedoms[static_cast<std::size_t>(i)] > 0);
  }
}

}  // namespace
}  // namespace rill::differential
