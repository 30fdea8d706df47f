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

void Simulation::tell_verdict(std::string_view sentence, bool holds) {
  if (Scheduler::is_running() && context().trace.has_recorder()) {
    context().trace.tell_recorder(EventKind::property, holds ? 1 : 0, 0, sentence);
  }
}

void Simulation::require(bool holds, std::string_view sentence, const std::string& details) {
  tell_verdict(sentence, holds);
  if (holds) return;
  if (context().trace.has_sink()) {
    context().trace.tell(EventKind::note, "this does not hold: " + std::string(sentence));
  }
  throw Violation(std::string(sentence), details);
}

void Simulation::always(std::string sentence, std::function<bool()> holds) {
  invariants_.push_back({std::move(sentence), std::move(holds)});
}

void Simulation::finally(std::string sentence, std::function<bool()> holds) {
  goals_.push_back({std::move(sentence), std::move(holds)});
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
    if (claim.holds()) continue;
    tell_verdict("always: " + claim.sentence, false);
    throw Violation("always: " + claim.sentence);
  }
}

void Simulation::check_goals() const {
  check_invariants();
  for (const Claim& claim : invariants_) {
    if (claim.sentence.empty()) continue;  // looks on at each step, and claims nothing
    tell_verdict("always: " + claim.sentence, true);
  }
  for (const Claim& claim : goals_) {
    const bool holds = claim.holds();
    tell_verdict("in the end: " + claim.sentence, holds);
    if (!holds) throw Violation("in the end: " + claim.sentence);
  }
}

}  // namespace rill::simnet
