// See tasks.h.
#include "scheduler/trace/tasks.h"

#include "scheduler/task.h"

namespace rill::trace {
namespace {

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

TracedTask* Tasks::find_or_add(const TaskControl& control) {
  TaskPointer& task = tasks_[control.id];
  if (task == nullptr) {
    task = std::make_shared<TracedTask>();
    task->id = control.id;
    task->host = control.host;
    task->control = &control;
    if (tasks_.size() > recent_.size()) recent_.assign(2 * recent_.size(), nullptr);
  }
  recent_[control.id & (recent_.size() - 1)] = task.get();
  return task.get();
}

TracedTask* Tasks::of(TaskId id) const {
  const auto found = tasks_.find(id);
  return found != tasks_.end() ? found->second.get() : nullptr;
}

TaskPointer Tasks::end(TracedTask& task) {
  name_at_last(task);
  task.control = nullptr;
  TracedTask*& recent = recent_[task.id & (recent_.size() - 1)];
  if (recent == &task) recent = nullptr;
  const auto found = tasks_.find(task.id);
  TaskPointer result = std::move(found->second);  // a line that is held back may keep it, too
  tasks_.erase(found);
  return result;
}

bool Tasks::is_named_now(TracedTask& task) {
  if (!has_final_name(*task.control)) return false;
  name_at_last(task);
  return true;
}

void Tasks::name_at_last(TracedTask& task) {
  if (!task.who.empty()) return;
  std::string name = task.control != nullptr ? task_name(*task.control) : "task";
  task.who = Name((name += '#') += std::to_string(task.id));
}

void Tasks::write(LiveRecord& record, TracedTask* task, TracedTask* target) {
  const bool knows_task = task == nullptr || is_named(*task);
  const bool knows_target = knows_task && (target == nullptr || is_named(*target));
  if (task != nullptr) record.task = knows_task ? Borrowed(task->who) : Borrowed::hole();
  if (target != nullptr) record.target = knows_target ? Borrowed(target->who) : Borrowed::hole();
  line_.set(record, sink_.room());
  if (held_.empty() && knows_target) [[likely]]
    return sink_.write(record.kind, line_.text());
  hold(record.kind, knows_task ? nullptr : task, knows_target ? nullptr : target);
}

void Tasks::hold(Kind kind, TracedTask* task, TracedTask* target) {
  held_.push_back({kind, std::string(line_.text()), line_.holes(),
                   task == nullptr ? nullptr : task->shared_from_this(),
                   target == nullptr ? nullptr : target->shared_from_this()});
  held_bytes_ += sizeof(Held) + held_.back().line.size();
  hand_on_what_is_known();
  if (held_bytes_ > kMostHeldBytes) write_all();
}

void Tasks::hand_on(const Held& held) {
  held_bytes_ -= sizeof held + held.line.size();
  const std::string_view line = held.line;
  std::size_t done = 0;
  std::size_t hole = 0;
  whole_.clear();
  for (const TracedTask* const task : {held.task.get(), held.target.get()}) {
    if (task == nullptr) continue;
    whole_ += line.substr(done, held.holes[hole] - done);
    whole_ += task->who.json();
    done = held.holes[hole++];
  }
  whole_ += line.substr(done);
  sink_.write(held.kind, whole_);
}

void Tasks::hand_on_what_is_known() {
  while (!held_.empty()) {
    const Held& first = held_.front();
    if (first.task != nullptr && !is_named(*first.task)) return;
    if (first.target != nullptr && !is_named(*first.target)) return;
    hand_on(first);
    held_.pop_front();
  }
}

void Tasks::write_all() {
  for (const Held& held : held_) {
    if (held.task != nullptr) name_at_last(*held.task);
    if (held.target != nullptr) name_at_last(*held.target);
    hand_on(held);
  }
  held_.clear();
}

}  // namespace rill::trace
