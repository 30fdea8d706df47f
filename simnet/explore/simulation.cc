// What scenarios draw and demand. See simulation.h.
#include "simnet/explore/simulation.h"

#include <sstream>

#include "scheduler/scheduler.h"

namespace rill::simnet {
namespace {

RunContext& context() { return Scheduler::current("Simulation").context(); }

/// Who asks, by ancestry: another task's draws do not move this one's.
std::uint64_t asker() {
  const Scheduler& scheduler = Scheduler::current("Simulation");
  const TaskControl* const task = scheduler.running();
  return task != nullptr ? Scheduler::current("Simulation").context().key_of(*task) : 0;
}

}  // namespace

Simulation::DrawPlace Simulation::next_draw(const char* name) {
  Site& site = draw_sites_.at(name, asker());
  Drawn drawn{short_key(site.key), site.count++, true};
  DrawPlace place{scatter(plan_.seed ^ scatter(site.key + drawn.nth)), {}};
  for (const DrawPath& path : plan_.draws) {
    if (path.site == drawn.site && path.nth == drawn.nth) place.path = path.path;
  }
  drawn_.push_back(drawn);
  return place;
}

void Simulation::tell_draw(const char* name, const std::string& value) {
  if (Scheduler::is_running() && context().trace.has_sink())
    context().trace.tell(EventKind::note, std::string(name) + " = " + value);
}

std::uint64_t Simulation::choose(const char* name, std::uint64_t alternatives) {
  Site& site = context().sites.at(name, asker());
  return context().decide(site, alternatives, [&](std::uint64_t choice) {
    return std::string(name) + " = " + std::to_string(choice);
  });
}

void Simulation::tell_verdict(std::string_view sentence, bool holds, std::string_view details,
                              std::source_location where, bool is_by_last_step) {
  Scheduler* const scheduler = Scheduler::recorded();
  if (scheduler == nullptr) return;
  Trace& trace = scheduler->context().trace;
  EventDetail detail;
  detail.more = details;
  detail.where = where;
  trace.set_detail(detail);
  trace.tell_recorder(EventKind::property, holds ? 1 : 0, is_by_last_step ? 1 : 0, sentence);
}

void Simulation::require(bool holds, std::string_view sentence, const std::string& details,
                         std::source_location where) {
  tell_verdict(sentence, holds, holds ? std::string_view() : details, where);
  if (holds) return;
  if (context().trace.has_sink()) {
    context().trace.tell(EventKind::note, "this does not hold: " + std::string(sentence));
  }
  throw Violation(std::string(sentence), details);
}

void Simulation::always(std::string sentence, std::function<bool()> holds,
                        std::function<std::string()> details) {
  invariants_.push_back({std::move(sentence), std::move(holds), std::move(details)});
}

void Simulation::finally(std::string sentence, std::function<bool()> holds,
                         std::function<std::string()> details) {
  goals_.push_back({std::move(sentence), std::move(holds), std::move(details)});
}

void Simulation::refute(const char* when, const Claim& claim, bool is_by_last_step) {
  const std::string sentence = when + claim.sentence;
  const std::string details = claim.details ? claim.details() : std::string();
  tell_verdict(sentence, false, details, {}, is_by_last_step);
  throw Violation(sentence, details);
}

void Simulation::sometimes(const char* sentence, bool happens) {
  bool& seen = sometimes_[sentence];
  if (happens && !seen) tell_verdict("sometimes: " + std::string(sentence), true);
  seen = seen || happens;
}

void Simulation::note(std::string_view text) {
  if (context().trace.enabled()) context().trace.record(EventKind::note, 0, 0, text);
}

void Simulation::check_invariants() const {
  for (const Claim& claim : invariants_) {
    if (!claim.holds()) refute("always: ", claim, true);
  }
}

void Simulation::check_goals() const {
  check_invariants();
  for (const Claim& claim : invariants_) {
    if (claim.sentence.empty()) continue;  // looks on at each step, and claims nothing
    tell_verdict("always: " + claim.sentence, true);
  }
  for (const Claim& claim : goals_) {
    if (!claim.holds()) refute("in the end: ", claim, false);
    tell_verdict("in the end: " + claim.sentence, true);
  }
}

}  // namespace rill::simnet
