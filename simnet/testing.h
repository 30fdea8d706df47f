// Simulations for Catch2: the one header for testing a network program of your own.
//
//   RILL_SIMULATION("what was paid in comes out") {
//     const HostId bank = sim.host("bank");
//     auto& account = sim.make<Account>();
//     spawn_on(bank, serve, std::ref(account));
//     const int amount = sim.draw("amount", rc::gen::inRange(1, 100));
//     ...
//     sim.require(account.total == amount, "what was paid in comes out");
//   }
//
// The body runs 200 times, each time in another world: other latencies, buffers and faults, another
// order of tasks, steps of another length. A failure is shrunk, told, and named by a token:
//   bazel test //your:test --test_arg=--replay=TOKEN
// What a scenario can ask for is in simnet/explore/simulation.h, what a search can be told in
// simnet/explore/run_once.h (ExploreOptions), as in RILL_SIMULATION("...", .runs = 1000).
// A run that reaches for the real world - a clock, randomness, a thread - is caught at the call,
// and fails (simnet/guard/guard.h). docs/simulator.md explains the model.
#pragma once

#include <utility>

#include "net/net.h"
#include "scheduler/api.h"
#include "simnet/explore/generators.h"
#include "simnet/explore/parallel.h"
#include "tests/testing/simulation.h"

namespace rill::simnet {

/// Boots a server on `host`: it calls handler(Connection) for each connection at `port`, and is
/// started again when the host has crashed. When this returns, clients may connect. The handler is
/// copied; what it refers to must live as long as the run (Simulation::make).
template <class F>
Task<> serve(Simulation& sim, HostId host, std::uint16_t port, F handler) {
  auto& listens = sim.make<Event>();
  const auto program = [port, handler, &listens]() -> Task<> {
    Listener listener("", port);
    listens.set();
    co_await server(std::move(listener), handler);
  };
  sim.network().boot(host, program);
  co_await listens.wait();
}

}  // namespace rill::simnet
