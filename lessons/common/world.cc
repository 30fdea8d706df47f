// How a scenario starts and stops the program. See world.h.
#include "lessons/common/world.h"

#include <csignal>
#include <deque>

#include "lessons/common/console.h"
#include "lessons/common/say.h"
#include "lessons/common/serve.h"
#include "scheduler/group.h"
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

/// --workers N in the simulator: N times the program on one host, whose listeners share the port.
/// Each listens before the next one starts, so that all have the port that port 0 became.
Task<> World::run_workers() {
  WorkerTally tally(settings_.workers);
  std::deque<Settings> each;
  std::deque<Event> listens;
  Group group;
  for (unsigned i = 0; i < settings_.workers; ++i) {
    Settings& settings = each.emplace_back(settings_);
    settings.station.worker = i;
    settings.station.tally = &tally;
    if (i > 0) settings.port = console().port;
    console().listening = &listens.emplace_back();
    group.spawn(run_main(program_, settings, listens.back()))
        .named("worker " + std::to_string(i + 1));
    co_await listens.back().wait();
  }
  started_.set();
  co_await group.wait();
  say(tally.text());
}

World::~World() { console().listening = nullptr; }

Task<TaskRef> World::start(HostId host) {
  if (settings_.workers > 1) {
    TaskRef program = spawn_on(host, run_workers()).named(program_.name);
    co_await started_.wait();
    co_return program;
  }
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
