// Planted bugs: wrong programs as people write them, each with a corrected twin beside it, so that
// the search can be judged: it must find every bug, and say nothing about any twin.
//
// Each NN_name.cc holds one program, the scenario that it runs in, and the one place where right
// and wrong differ. A new one is declared and listed in registry.cc, nothing else.
// Rule for twins: whatever the network does to them, they end, and their claims hold or a NetError
// leaves the run.
#pragma once

#include <span>
#include <string>

#include "net/net.h"
#include "simnet/explore/search.h"

namespace rill::planted {

using simnet::Simulation;

/// A line that somebody inserts later, and that has nothing to do with the bug.
enum class Edit : std::uint8_t { none, log_line, await_null, await_sleep };

struct Variant {
  bool is_right = false;
  Edit edit = Edit::none;
};

/// Where the edit goes; nothing, and not even a step, without one.
Task<> edited(Simulation& sim, Variant variant);

/// Listens at `port` of `host`, and calls handler(Connection) for each connection. When this
/// returns, clients may connect. The handler may refer to what lives as long as the run.
template <class F>
Task<> serve(Simulation& sim, HostId host, std::uint16_t port, F handler) {
  auto& listens = sim.make<Event>();
  const auto body = [](std::uint16_t at, F serving, Event& is_listening) -> Task<> {
    Listener listener("", at);
    is_listening.set();
    co_await server(std::move(listener), std::move(serving));
  };
  spawn_on(host, body, port, std::move(handler), std::ref(listens));
  co_await listens.wait();
}

/// "every task waits, ...": how run_once() tells a deadlock in one line.
inline constexpr const char* kDeadlock = "every task waits, and nothing can happen any more";

struct Bug {
  const char* name;
  const char* sentence;  ///< how a failure that is this bug's is told, in one line
  Task<> (*scenario)(Simulation& sim, Variant variant);
  /// What the program has an answer to, and its twin must survive.
  simnet::FaultClass faults = simnet::FaultClass::all;
  bool must_outlive_silence = false;

  simnet::Scenario with(Variant variant) const;
  simnet::ExploreOptions options() const;
};

std::span<const Bug> all_bugs();

}  // namespace rill::planted
