// What the scheduler and the backend of one run share: the oracle that settles every choice, and
// the trace that hears of it. Nothing nondeterministic may enter a simulated run by any other door.
#pragma once

#include <cstdint>
#include <exception>

#include "scheduler/clock.h"
#include "scheduler/oracle.h"
#include "scheduler/site_table.h"
#include "scheduler/trace.h"

namespace rill {

class Turns;
struct TaskControl;

struct RunContext {
  Trace trace;
  Oracle* oracle = nullptr;  ///< null: always alternative 0
  /// Set by a backend whose hosts do not agree on the time; null: all have the backend's clock.
  const HostClocks* clocks = nullptr;
  /// Set by a backend that wants its Backend::at_safe_point() called; cleared by the call.
  bool wants_safe_point = false;
  SiteTable sites;  ///< those that nobody owns
  /// What a site of a task is keyed by; 0 unless an oracle orders tasks. Set by the scheduler.
  std::uint64_t place_of(const TaskControl& task) const;
  /// The same without what it waits for: the task by its ancestry alone.
  std::uint64_t key_of(const TaskControl& task) const;
  const Turns* turns = nullptr;
  /// Set by a backend that cannot go on, in a call that cannot throw: the run ends with it after
  /// the current step.
  std::exception_ptr failure_of_backend;

  /// Settles a choice among `alternatives`; 0 is always the plain one (next in line, no fault, all
  /// bytes). A forced choice is not a choice: it draws nothing and leaves no trace.
  std::uint64_t decide(Site& site, std::uint64_t alternatives) {
    if (alternatives <= 1 || oracle == nullptr) return 0;
    const std::uint64_t key = site.key;
    const std::uint64_t choice = oracle->decide(site, alternatives);
    if (trace.enabled()) {
      if (trace.has_recorder()) [[unlikely]]
        describe_decision(site, alternatives);
      trace.record(EventKind::decide, key, choice,
                   trace.has_sink() ? std::string_view(site.name) : std::string_view());
    }
    return choice;
  }
  /// The same; describe(choice) says to a sink what a choice other than the plain one means.
  template <class Describe>
  std::uint64_t decide(Site& site, std::uint64_t alternatives, Describe describe) {
    if (alternatives <= 1 || oracle == nullptr) return 0;
    const std::uint64_t key = site.key;
    const std::uint64_t choice = oracle->decide(site, alternatives);
    if (!trace.enabled()) return choice;
    if (trace.has_recorder()) [[unlikely]]
      describe_decision(site, alternatives);
    if (trace.has_sink() && choice != 0) [[unlikely]] {
      trace.record(EventKind::decide, key, choice, describe(choice));
    } else {
      trace.record(EventKind::decide, key, choice);
    }
    return choice;
  }

 private:
  /// Of the decision that was just made.
  void describe_decision(const Site& site, std::uint64_t alternatives) {
    EventDetail detail;
    detail.site = site.name;
    detail.instance = site.instance;
    detail.of = alternatives;
    detail.count = site.count - 1;
    trace.set_detail(detail);
  }
};

}  // namespace rill
