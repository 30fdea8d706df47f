// Which hosts are down, which are paused, what runs on them after a start, and when they go on.
//
// Only for hosts to which something of this has happened: all others are up, and not asked about
// beyond one comparison. Invariant: a host that is down is not paused; a plan - to go on by itself
// at some time - is in the event queue, under its number, or was dropped and waits there as stale.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "scheduler/backend.h"
#include "scheduler/task.h"

namespace rill::simnet {

using Program = std::function<Task<>()>;

struct HostLife {
  Program program;  // runs from each start on; may be empty
  bool is_down = false;
  bool is_paused = false;
  bool has_crashed = false;  // at some time
  bool has_plan = false;
  std::uint32_t plan = 0;  // its number, of 24 bits
};

class HostLives {
 public:
  bool is_down(HostId host) const { return down_ > 0 && (*this)[host].is_down; }
  bool is_paused(HostId host) const { return (*this)[host].is_paused; }
  bool has_crashed(HostId host) const { return (*this)[host].has_crashed; }
  bool has_plans() const { return plans_ > 0; }
  /// All that are not plain are below.
  HostId size() const { return static_cast<HostId>(lives_.size()); }
  const HostLife& operator[](HostId host) const {
    return host < lives_.size() ? lives_[host] : plain_;
  }

  void set_program(HostId host, Program program) { change(host).program = std::move(program); }
  void set_down(HostId host, bool is_down) {
    HostLife& life = change(host);
    life.is_down = is_down;
    life.has_crashed |= is_down;
    is_down ? ++down_ : --down_;
  }
  void set_paused(HostId host, bool is_paused) { change(host).is_paused = is_paused; }
  /// The number of a new plan.
  std::uint32_t make_plan(HostId host) {
    HostLife& life = change(host);
    life.has_plan = true;
    ++plans_;
    return life.plan = (life.plan + 1) & 0xFF'FFFF;
  }
  /// Ends the plan, if there is one; tells whether there was.
  bool end_plan(HostId host) {
    HostLife& life = change(host);
    if (!life.has_plan) return false;
    life.has_plan = false;
    --plans_;
    return true;
  }

 private:
  HostLife& change(HostId host) {
    if (host >= lives_.size()) lives_.resize(host + std::size_t{1});
    return lives_[host];
  }

  std::vector<HostLife> lives_;
  HostLife plain_;
  std::uint32_t down_ = 0;
  std::uint32_t plans_ = 0;
};

}  // namespace rill::simnet
