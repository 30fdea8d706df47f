// What happens to whole hosts: they crash, restart, stand still and go on; by the scenario's word,
// or by the fault menu.
//
// What the network knows of a host changes at once; its tasks live and die in the scheduler, which
// is told at its next safe point, in the order in which things happened (`orders_`). What a crash
// does to sockets is in power_cut.cc.
#include <algorithm>

#include "scheduler/spawn.h"
#include "simnet/engine.h"

namespace rill::simnet {
namespace {

// How long a host is down, or stands still: 1 ms, 4 ms, ... 65.536 s.
constexpr std::uint32_t kAbsences = 9;
constexpr Duration absence(std::uint32_t strength) {
  return milliseconds(std::int64_t{1} << 2 * (strength - 1));
}

}  // namespace

std::string Engine::story_of(HostId host, std::string_view what) const {
  return std::string("host ").append(hosts_[host].name).append(what);
}

void Engine::tell_host(Fault fault, HostId host, std::string_view what) {
  const std::string story = context_->trace.has_sink() ? story_of(host, what) : std::string();
  tell_fault(fault_site(fault, key_of_host(host)).key, 0, story);
}

/// There is another menu.
void Engine::change_host_faults() {
  strikes_hosts_ = options_.faults.per_million(Fault::crash) > 0 ||
                   options_.faults.per_million(Fault::pause) > 0;
  next_clock_to_draw_ = 0;
  if (context_ != &no_run_) draw_clocks();
}

void Engine::boot(HostId host, Program program) {
  lives_.set_program(host, std::move(program));
  if (!lives_.is_down(host)) give_order(HostOrder::Kind::boot, host);
}

void Engine::crash(HostId host) {
  if (lives_.is_down(host)) return;
  tell_host(Fault::crash, host, " crashes");
  go_down(host);
}

void Engine::go_down(HostId host) {
  drop_plan(host);
  lives_.set_paused(host, false);
  lives_.set_down(host, true);
  cut_power(host);
  give_order(HostOrder::Kind::end, host);
}

void Engine::restart(HostId host) {
  if (!lives_.is_down(host)) crash(host);
  tell_host(Fault::crash, host, " starts again");
  drop_plan(host);
  lives_.set_down(host, false);
  give_order(HostOrder::Kind::end, host);  // whoever was spawned there meanwhile
  give_order(HostOrder::Kind::release, host);
  give_order(HostOrder::Kind::boot, host);
}

void Engine::pause(HostId host) {
  if (lives_.is_down(host) || lives_.is_paused(host)) return;
  tell_host(Fault::pause, host, " stands still");
  lives_.set_paused(host, true);
  give_order(HostOrder::Kind::hold, host);
}

void Engine::resume(HostId host) {
  if (!lives_.is_paused(host)) return;
  tell_host(Fault::pause, host, " goes on");
  drop_plan(host);
  lives_.set_paused(host, false);
  give_order(HostOrder::Kind::release, host);
}

/// Restart or resume, by itself.
void Engine::plan_return(HostId host, Duration after) {
  const Instant at = std::min(clock_ + after, options_.faults.until);
  events_.push(Event(at, Arrival::host_returns, host, lives_.make_plan(host)));
}

void Engine::drop_plan(HostId host) {
  if (lives_.end_plan(host)) ++stale_events_;
}

void Engine::land_host_return(HostId host, std::uint32_t plan) {
  const HostLife& life = lives_[host];
  if (!life.has_plan || life.plan != plan) {
    --stale_events_;
    return;
  }
  lives_.end_plan(host);
  life.is_down ? restart(host) : resume(host);
}

/// The fault menu, before `event` lands: on which host, if on any.
void Engine::strike_at(const Event& event) {
  const Socket& socket = sockets_[event.target];
  switch (event.kind()) {
    case Arrival::syn:
      return strike_host(socket.peer_host);
    case Arrival::syn_ack:
    case Arrival::handshake:
    case Arrival::segment:
      return strike_host(socket.host);
    default:
      return;
  }
}

void Engine::strike_host(HostId host) {
  if (lives_.is_down(host)) return;
  const auto strikes = [&](Fault fault, std::string_view what) {
    return strike(fault, key_of_host(host), kAbsences, [&](std::uint32_t strength) {
      return story_of(host, what) + to_string(absence(strength));
    });
  };
  if (lives_[host].program) {
    if (const std::uint32_t strength = strikes(Fault::crash, " crashes, back in ")) {
      go_down(host);
      return plan_return(host, absence(strength));
    }
  }
  if (lives_.is_paused(host)) return;
  if (const std::uint32_t strength = strikes(Fault::pause, " stands still for ")) {
    lives_.set_paused(host, true);
    give_order(HostOrder::Kind::hold, host);
    plan_return(host, absence(strength));
  }
}

void Engine::give_order(HostOrder::Kind kind, HostId host) {
  if (context_ == &no_run_) return;  // begin_hosts() gives it
  // At the beginning of a run there is no task yet.
  const bool has_tasks = Scheduler::is_running();
  orders_.push_back({kind, host, has_tasks ? Scheduler::current("a host").newest_task() : 0});
  context_->wants_safe_point = true;
}

HostId Engine::add_host(std::string_view name, const HostOptions* options) {
  const HostId host = hosts_.add(name, options);
  if (context_ != &no_run_) draw_clocks();
  return host;
}

void Engine::attach(RunContext& context) {
  context_ = &context;
  random_draws_.clear();
  if (!clocks_.empty()) context_->clocks = &clocks_;
  draw_clocks();
  begin_hosts();
}

void Engine::detach() {
  context_ = &no_run_;
  orders_.clear();
}

/// A new scheduler knows nothing of what happened before.
void Engine::begin_hosts() {
  for (HostId host = 0; host < lives_.size(); ++host) {
    const HostLife& life = lives_[host];
    if (life.is_down) {
      give_order(HostOrder::Kind::end, host);
      continue;
    }
    if (life.is_paused) give_order(HostOrder::Kind::hold, host);
    if (life.program) give_order(HostOrder::Kind::boot, host);
  }
}

/// Whether the host of that order has crashed again meanwhile: a step takes simulated time, in
/// which a host may start and fall twice. What it started with in between has taken no step.
bool Engine::goes_down_after(std::size_t order) const {
  const HostId host = orders_[order].host;
  return std::any_of(orders_.begin() + static_cast<std::ptrdiff_t>(order) + 1, orders_.end(),
                     [host](const HostOrder& later) {
                       return later.kind == HostOrder::Kind::end && later.host == host;
                     });
}

void Engine::carry_out_orders(Scheduler& scheduler) {
  for (std::size_t next = 0; next < orders_.size(); ++next) {  // destructors may add to them
    const auto [kind, host, newest_task] = orders_[next];
    switch (kind) {
      case HostOrder::Kind::end:
        scheduler.end_host(host, newest_task);
        break;
      case HostOrder::Kind::hold:
        scheduler.hold_host(host);
        hold_operations(host);
        break;
      case HostOrder::Kind::release:
        scheduler.release_host(host);
        release_operations(host);
        break;
      case HostOrder::Kind::boot: {
        // The task owns a copy: its captures live as long as it does.
        const Program program = lives_[host].program;
        if (program && !goes_down_after(next)) spawn_on(host, program).named(hosts_[host].name);
        break;
      }
    }
  }
  orders_.clear();
}

/// Sockets of tasks that stand still go on by themselves, but nobody takes anything from them: the
/// operations leave them, and are submitted again later.
void Engine::hold_operations(HostId host) {
  for (std::uint32_t slot = 0; slot < sockets_.slots(); ++slot) {
    Socket& socket = sockets_[slot];
    if (socket.reading != nullptr && socket.reading->host == host) {
      held_operations_.push_back(std::exchange(socket.reading, nullptr));
    }
    if (socket.writing != nullptr && socket.writing->host == host &&
        socket.writing->kind == OpKind::send) {
      sockets_[socket.peer].writer_waits = false;
      held_operations_.push_back(std::exchange(socket.writing, nullptr));
    }
  }
}

void Engine::release_operations(HostId host) {
  std::vector<Op*> released;
  std::erase_if(held_operations_, [&](Op* op) {
    if (op->host != host) return false;
    released.push_back(op);
    return true;
  });
  for (Op* const op : released) network_.submit(*op);
}

}  // namespace rill::simnet
