// The line of ready tasks, as an oracle has it. See turns.h.
#include "scheduler/turns.h"

#include <bit>
#include <string>
#include <typeinfo>

#include "scheduler/text_hash.h"

namespace rill {

std::string_view Wait::kind() const { return typeid(*this).name(); }

std::uint64_t Turns::kind_of(const Wait* wait) {
  return wait == nullptr ? 0 : hash_text(wait->kind());
}

void Turns::give_turn(const TaskControl& task, std::uint64_t choices, RunContext& context) {
  Site& site = context.sites.at("turn", place(task));
  site.host = task.host;
  const std::uint64_t choice = context.decide(site, choices, [&](std::uint64_t held_back) {
    const std::uint64_t places = std::uint64_t{1} << (held_back - 1);
    return describe(task) + " waits until " + std::to_string(places) + " other step" +
           (places == 1 ? " has" : "s have") + " gone first";
  });
  const std::uint64_t behind = choice == 0 ? 0 : std::uint64_t{1} << (choice - 1);
  turns_[task.id].turn = ++last_turn_ + behind;
}

TaskControl& Turns::take_next(List<TaskControl, ReadyTag>& ready, RunContext& context) {
  // Where hosts share nothing, only the order on each of them matters: whose task has waited
  // longest comes first, and only tasks of one host overtake each other - and those of host 0,
  // where the scenario is that starts and joins tasks on all of them.
  const Oracle::Line line = context.oracle->line();
  const bool by_host = line == Oracle::Line::each_host;
  const HostId host = ready.front().host;
  const auto competes = [by_host, host](const TaskControl& task) {
    return !by_host || host == 0 || task.host == host || task.host == 0;
  };
  unsigned long competitors = 0;
  ready.for_each([&](const TaskControl& task) { competitors += competes(task) ? 1 : 0; });
  TaskControl* next = &ready.front();
  if (competitors > 1) {
    const std::uint64_t choices =
        line == Oracle::Line::open
            ? kChoices
            : 1 + static_cast<std::uint64_t>(std::bit_width(competitors - 1));
    ready.for_each([&](TaskControl& task) {
      if (!competes(task)) return;
      if (turns_[task.id].turn == 0) give_turn(task, choices, context);
      if (turns_[task.id].turn < turns_[next->id].turn) next = &task;
    });
  }
  turns_[next->id].turn = 0;
  static_cast<ListNode<ReadyTag>&>(*next).leave();
  return *next;
}

std::uint64_t RunContext::place_of(const TaskControl& task) const {
  return turns != nullptr ? turns->place(task) : 0;
}

std::uint64_t RunContext::key_of(const TaskControl& task) const {
  return turns != nullptr ? turns->key(task) : 0;
}

}  // namespace rill
