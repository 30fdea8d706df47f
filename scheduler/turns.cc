// The line of ready tasks, as an oracle has it. See turns.h.
#include "scheduler/turns.h"

#include <string>
#include <typeinfo>

namespace rill {

/// The kind of wait by its type's name: stable on every machine, as a pointer would not be.
std::uint64_t Turns::kind_of(const Wait* wait) {
  if (wait == nullptr) return 0;
  std::uint64_t hash = 14695981039346656037u;  // FNV-1a
  for (const char* c = typeid(*wait).name(); *c != '\0'; ++c) {
    hash = (hash ^ static_cast<unsigned char>(*c)) * 1099511628211u;
  }
  return hash;
}

void Turns::give_turn(const TaskControl& task, RunContext& context) {
  const std::uint64_t choice =
      context.decide(context.sites.at("turn", place(task)), kChoices, [&](std::uint64_t held_back) {
        const std::uint64_t places = std::uint64_t{1} << (held_back - 1);
        return describe(task) + " waits until " + std::to_string(places) + " other step" +
               (places == 1 ? " has" : "s have") + " gone first";
      });
  const std::uint64_t behind = choice == 0 ? 0 : std::uint64_t{1} << (choice - 1);
  turns_[task.id].turn = ++last_turn_ + behind;
}

TaskControl& Turns::take_next(List<TaskControl, ReadyTag>& ready, RunContext& context) {
  // Where hosts share nothing, only the order on each of them matters: whose task has waited
  // longest comes first, and only tasks of one host overtake each other.
  const bool by_host = context.oracle->orders_each_host();
  const HostId host = ready.front().host;
  unsigned long competitors = 0;
  ready.for_each([&](const TaskControl& task) {
    if (!by_host || task.host == host) ++competitors;
  });
  TaskControl* next = &ready.front();
  if (competitors > 1) {
    next = nullptr;
    ready.for_each([&](TaskControl& task) {
      if (by_host && task.host != host) return;
      if (turns_[task.id].turn == 0) give_turn(task, context);
      if (next == nullptr || turns_[task.id].turn < turns_[next->id].turn) next = &task;
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
