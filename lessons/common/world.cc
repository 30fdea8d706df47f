// How a scenario starts and stops the program. See world.h.
#include "lessons/common/world.h"

#include <csignal>

#include "lessons/common/console.h"
#include "scheduler/spawn.h"
#include "simnet/network.h"

namespace rill::lesson {
namespace {

/// The program, and word to World::start() when it has ended without listening.
Task<> run_main(const Program& program, const Settings& settings, Event& listens_or_ended) {
  co_await program.main(settings);
  listens_or_ended.set();
}

}  // namespace

World::~World() { console().listening = nullptr; }

Task<TaskRef> World::start(HostId host) {
  TaskRef program = spawn_on(host, run_main(program_, settings_, started_)).named(program_.name);
  console().listening = &started_;
  co_await started_.wait();
  co_return program;
}

std::uint16_t World::port() const { return console().port; }

TaskRef World::spawn_visitor(const std::string& name, HostId server, simnet::Latency latency,
                             Task<> visit) {
  const HostId home = network_.add_host(name);
  network_.set_links(home, server, {.latency = latency});
  return spawn_on(home, std::move(visit)).named(name);
}

Task<> World::stop(TaskRef running, HostId host) {
  network_.raise_signal(host, SIGTERM);
  co_await join(running);
}

}  // namespace rill::lesson
