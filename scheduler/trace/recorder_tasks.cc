// What the scheduler tells of tasks: when they run, what they wait for, who wakes them, how they
// end. See recorder.h.
#include "scheduler/backend.h"
#include "scheduler/task.h"
#include "scheduler/trace/recorder.h"

namespace rill::trace {

void Recorder::on_spawn(const TraceEvent& event) {
  TracedTask* const target = tasks_.of(event.detail->target);
  begin(Kind::spawn, event);
  record_.target_host = told_host(target->host);
  if (running_ != nullptr && event.running->leaf != nullptr) {
    const std::source_location& where = event.running->leaf->where;
    if (where.line() != 0) record_.in = places_.of(where).path;
  }
  write(target);
}

void Recorder::on_step(const TraceEvent& event) {
  begin(Kind::step, event);
  running_->last_step = last_step_ = write();
  take_what_was_handed(event);
}

void Recorder::on_block(const TraceEvent& event) {
  // NOLINTNEXTLINE(clang-analyzer-core.NullDereference): whoever tells of a block says of which
  const WaitReport& wait = *event.detail->wait;
  LiveRecord& record = begin(Kind::block, event);
  record.on = wait.what;
  record.text = event.text;
  const bool connects = running_->connecting != 0 && record.on.view() == "connect";
  const TracedSocket* const socket =
      connects ? &connections_.of(running_->connecting) : connections_.at_slot(wait.slot);
  if (socket != nullptr) {
    record.conn = socket->conn;
    record.end = socket->end;
    record.socket = socket->listener;
  }
  running_->waits_on = nullptr;
  if (wait.object != nullptr) {
    running_->waits_on = objects_.of(*wait.object, wait.what);
    record.object = running_->waits_on->name;
  }
  if (wait.until.ns != 0) {
    record.until_ns = since_began(wait.until.ns);
    record.limit_ns = static_cast<std::uint64_t>(wait.limit.ns);
  }
  for (const TracedTimeout& timeout : running_->timeouts) {
    if (record.until_ns && *record.until_ns <= timeout.until_ns) continue;
    record.until_ns = timeout.until_ns;
    record.limit_ns = timeout.limit_ns;
    record.limit_at = timeout.at != nullptr ? Borrowed(*timeout.at) : Borrowed();
  }
  const ChainText& chain = places_.chain_of(*event.running);
  record.chain = chain.frames;
  if (chain.first != nullptr) record.in = chain.first->path;
  write();
}

/// Which event made `op` complete; 0 if none did that is known.
std::uint64_t Recorder::cause_of(const Op& op, const TracedTask& task) {
  switch (op.kind) {
    case OpKind::recv:
    case OpKind::accept: {
      const TracedSocket* const socket = connections_.at_slot(op.on.slot + 1);
      return socket != nullptr ? socket->to_reader : 0;
    }
    case OpKind::send:
    case OpKind::send_file: {
      const TracedSocket* const socket = connections_.at_slot(op.on.slot + 1);
      return socket != nullptr ? socket->to_writer : 0;
    }
    case OpKind::connect:
      return task.connecting != 0 ? connections_.of(task.connecting).to_reader : 0;
    case OpKind::resolve:
      return task.resolved;
    case OpKind::signal:
      return last_signal_;
    case OpKind::read:
    case OpKind::write:
      return 0;
  }
  return 0;
}

void Recorder::on_wake(const TraceEvent& event) {
  static constexpr Word kTask("task");
  static constexpr Word kTimer("timer");
  static constexpr Word kNetwork("network");
  TracedTask* const target = tasks_.of(event.detail->target);
  LiveRecord& record = begin(Kind::wake, event);
  switch (static_cast<Waker>(event.b)) {
    case Waker::task:
      record.why = kTask;
      if (target->waits_on != nullptr) {
        on_wake_by_object(*target);
        break;
      }
      // The loop's own wakes follow the end of a task that was joined, or killed.
      record.cause = running_ != nullptr          ? running_->last_step
                     : last_of_task_ > last_step_ ? last_of_task_
                                                  : 0;
      break;
    case Waker::timer:
      record.why = kTimer;
      record.cause = last_of_task_ == last_ ? last_of_task_ : 0;  // a timeout
      break;
    case Waker::network:
      record.why = kNetwork;
      record.cause = cause_of(*event.detail->op, *target);
      // A signal may wait for who takes it; whatever else came before the call did not end it.
      if (record.cause < target->last_step && event.detail->op->kind != OpKind::signal) {
        record.cause = 0;
      }
      if (event.detail->op->kind == OpKind::connect) target->connecting = 0;
      // Who submitted the operation may still be in its step; it is not its doing.
      running_ = nullptr;
      record.host = {};
      record.at = {};
      break;
  }
  target->waits_on = nullptr;
  write(target);
}

/// Told by the loop, about a task.
void Recorder::on_end_of_task(Kind kind, const TraceEvent& event) {
  TracedTask* const target = tasks_.of(static_cast<TaskId>(event.a));
  if (target == nullptr) return;  // of an earlier run
  TaskPointer ended;
  const TaskControl& control = *target->control;
  TraceEvent by_killer = event;
  const TaskControl* const killer = event.detail->target;
  if (killer != nullptr && killer != &control && killer->state != TaskCore::State::ended) {
    by_killer.running = killer;
    running_ = tasks_.of(killer);
  }
  LiveRecord& record = begin(kind, by_killer);
  record.host = told_host(target->host);
  record.text = event.detail->more;
  if (kind == Kind::time_out) {
    if (!target->timeouts.empty()) {
      record.limit_ns = target->timeouts.back().limit_ns;
      if (target->timeouts.back().at != nullptr) record.at = *target->timeouts.back().at;
      target->timeouts.pop_back();
    }
    target->waits_on = target->handed = nullptr;
  } else {
    if (record.at.empty() && control.last_await.line() != 0) {
      record.at = places_.of(control.last_await).at;
    }
    ended = tasks_.end(*target);
  }
  last_of_task_ = write(target);
}

/// A timeout of the running task is armed, or gone before it came.
void Recorder::on_timer(const TraceEvent& event) {
  if (running_ == nullptr) return;
  if (event.a == 0) {
    if (!running_->timeouts.empty()) running_->timeouts.pop_back();
    return;
  }
  TracedTimeout timeout{since_began(static_cast<std::int64_t>(event.a)), event.b, nullptr};
  const PromiseBase* const leaf = event.running->leaf;
  if (leaf != nullptr && leaf->where.line() != 0) timeout.at = &places_.of(leaf->where).at;
  running_->timeouts.push_back(timeout);
}

}  // namespace rill::trace
