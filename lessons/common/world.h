// World: what a scenario has to work with - the simulated network, the command line's choices, and
// the program itself, to be started on one of the hosts.
//
//   Task<> scenario(World& world) {
//     const HostId home = world.network().add_host("server");  // and links: simnet/network.h
//     ...
//     TaskRef program = co_await world.start(home);  // it listens now
//     co_await play(clients);                        // spawn_on(host, ...), join
//     co_await world.stop(program, home);            // as SIGTERM does on real sockets
//   }
#pragma once

#include "lessons/common/program.h"
#include "scheduler/backend.h"
#include "scheduler/event.h"
#include "scheduler/task_ref.h"
#include "simnet/latency.h"

namespace rill::simnet {
class Network;
}

namespace rill::lesson {

class World {
 public:
  World(simnet::Network& network, const Settings& settings, const Program& program)
      : network_(network), settings_(settings), program_(program) {}
  World(const World&) = delete;
  World& operator=(const World&) = delete;
  ~World();

  simnet::Network& network() { return network_; }
  const Settings& settings() const { return settings_; }

  /// Starts the program on `host`. Suspends until it listens (see serve.h) or, if it is no server,
  /// has ended. Its failure is the run's, unless somebody joins it. Once per World.
  Task<TaskRef> start(HostId host);
  /// Where the program listens: --port, or what port 0 became. Once start() has returned.
  std::uint16_t port() const;
  /// Spawns `visit` on a new host called `name`, whose links to and from `server` take `latency`.
  TaskRef spawn_visitor(const std::string& name, HostId server, simnet::Latency latency,
                        Task<> visit);
  /// Sends SIGTERM to the program's host, and waits until it has ended.
  Task<> stop(TaskRef running, HostId host);

 private:
  Task<> run_workers();

  simnet::Network& network_;
  const Settings& settings_;
  const Program& program_;
  Event started_;
};

}  // namespace rill::lesson
