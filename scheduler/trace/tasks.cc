// See tasks.h.
#include "scheduler/trace/tasks.h"

#include "scheduler/task.h"

namespace rill::trace {
namespace {

const TaskPointer kNobody;

/// Whether it will be called so for good: by a name that was given, or by the function that it
/// runs.
bool has_final_name(const TaskControl& task) {
  if (task.name != nullptr) return true;
  for (const PromiseBase* frame = task.leaf; frame != nullptr; frame = frame->parent) {
    if (frame->where.line() != 0) return true;
  }
  return false;
}

}  // namespace

const TaskPointer& Tasks::of(const TaskControl* control) {
  if (control == nullptr) return kNobody;
  TaskPointer& task = tasks_[control->id];
  if (task == nullptr) {
    task = std::make_shared<TracedTask>();
    task->id = control->id;
    task->host = control->host;
    task->control = control;
  }
  return task;
}

const TaskPointer& Tasks::of(TaskId id) {
  const auto found = tasks_.find(id);
  return found != tasks_.end() ? found->second : kNobody;
}

void Tasks::end(TracedTask& task) {
  name_at_last(task);
  task.control = nullptr;
  tasks_.erase(task.id);  // a record that is held back keeps it
}

bool Tasks::is_named(TracedTask& task) {
  if (!task.who.empty()) return true;
  if (task.control != nullptr && has_final_name(*task.control)) name_at_last(task);
  return !task.who.empty();
}

void Tasks::name_at_last(TracedTask& task) {
  if (!task.who.empty()) return;
  const std::string name = task.control != nullptr ? task_name(*task.control) : "task";
  task.who = name + "#" + std::to_string(task.id);
}

std::size_t Tasks::size_of(const Held& held) {
  std::size_t bytes = sizeof held + held.record.data.size() + held.record.text.size();
  for (const std::string& frame : held.record.chain) bytes += sizeof frame + frame.size();
  return bytes;
}

void Tasks::write(Record& record, const TaskPointer& task, const TaskPointer& target) {
  const bool is_known =
      (task == nullptr || is_named(*task)) && (target == nullptr || is_named(*target));
  if (held_.empty() && is_known) {
    if (task != nullptr) record.task = task->who;
    if (target != nullptr) record.target = target->who;
    return sink_.write(record);
  }
  held_.push_back({std::move(record), task, target});
  held_bytes_ += size_of(held_.back());
  hand_on_what_is_known();
  if (held_bytes_ > kMostHeldBytes) write_all();
}

void Tasks::hand_on(Held& held) {
  held_bytes_ -= size_of(held);
  if (held.task != nullptr) held.record.task = held.task->who;
  if (held.target != nullptr) held.record.target = held.target->who;
  sink_.write(held.record);
}

void Tasks::hand_on_what_is_known() {
  while (!held_.empty()) {
    Held& first = held_.front();
    if (first.task != nullptr && !is_named(*first.task)) return;
    if (first.target != nullptr && !is_named(*first.target)) return;
    hand_on(first);
    held_.pop_front();
  }
}

void Tasks::write_all() {
  for (Held& held : held_) {
    if (held.task != nullptr) name_at_last(*held.task);
    if (held.target != nullptr) name_at_last(*held.target);
    hand_on(held);
  }
  held_.clear();
}

}  // namespace rill::trace
