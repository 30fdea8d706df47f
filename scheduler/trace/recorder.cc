// What the scheduler tells: tasks, choices, verdicts. What the network tells is in
// recorder_network.cc. See recorder.h.
#include "scheduler/trace/recorder.h"

#include <memory>

#include "scheduler/backend.h"
#include "scheduler/deadlock.h"

namespace rill::trace {

Recorder::Recorder(Surroundings& surroundings, LineSink& sink, const RecorderOptions& options)
    : surroundings_(surroundings),
      sink_(sink),
      options_(options),
      tasks_(sink),
      connections_(surroundings) {}

void Recorder::on_event(const TraceEvent& event) {
  const bool is_of_network = event.kind >= EventKind::listen && event.kind <= EventKind::refuse;
  const bool is_answer = event.kind == EventKind::resolve || event.kind == EventKind::signal;
  if ((is_of_network || is_answer) && !options_.hears_network) return;
  handle(event);
}

void Recorder::tell(EventKind kind, std::uint64_t a, std::uint64_t b, std::string_view text,
                    std::string_view more, const Op* op) {
  EventDetail detail;
  detail.op = op;
  detail.more = more;
  TraceEvent event;
  event.at = trace_->now();
  event.kind = kind;
  event.a = a;
  event.b = b;
  event.text = text;
  event.running = trace_->running();
  event.detail = &detail;
  handle(event);
}

void Recorder::handle(const TraceEvent& event) {
  running_ = tasks_.of(event.running);
  switch (event.kind) {
    case EventKind::spawn:
      return on_spawn(event);
    case EventKind::step:
      return on_step(event);
    case EventKind::block:
      return on_block(event);
    case EventKind::wake:
      return on_wake(event);
    case EventKind::finish:
      return on_end_of_task(Kind::finish, event);
    case EventKind::fail:
      return on_end_of_task(Kind::fail, event);
    case EventKind::kill:
      return on_end_of_task(Kind::kill, event);
    case EventKind::time_out:
      return on_end_of_task(Kind::time_out, event);
    case EventKind::timer:
      return on_timer(event);
    case EventKind::decide:
      return on_decide(event);
    case EventKind::fault:
      return on_fault(event);
    case EventKind::flow:
      return connections_.set_flow(connections_.of(event.a), event.b);
    case EventKind::note:
      if (event.text.empty()) return;  // a reading of the wall clock, for a recording
      begin(Kind::note, event).text = event.text;
      write();
      return;
    case EventKind::property:
      return on_property(event);
    case EventKind::sync:
      return on_sync(event);
    case EventKind::run_fails:
      text_.assign(event.text).append(": ").append(event.detail->more);
      begin(Kind::run_fails, event).text = text_;
      write();
      return;
    case EventKind::complete:
    case EventKind::time:
      return;
    default:
      return on_network(event);
  }
}

const Name& Recorder::tell_host(HostId host) {
  const HostFacts facts = surroundings_.host(host);
  if (host >= hosts_.size()) hosts_.resize(host + std::size_t{1});
  hosts_[host] = Name(facts.name);
  LiveRecord record;
  record.n = ++n_;
  record.t_ns = record_.t_ns;
  record.kind = Kind::host;
  record.host = hosts_[host];
  record.address = facts.addresses;
  tasks_.write(record, nullptr, nullptr);
  return hosts_[host];
}

LiveRecord& Recorder::begin(Kind kind, const TraceEvent& event) {
  std::construct_at(&record_);  // in place: it has nothing to destroy, and half a kilobyte to copy
  record_.kind = kind;
  const std::optional<Instant> now = surroundings_.current_time();
  record_.t_ns = since_began((now ? *now : event.at).ns);
  if (running_ != nullptr) {
    record_.host = told_host(running_->host);
    set_place(event);
  }
  return record_;
}

void Recorder::set_place(const TraceEvent& event) {
  const PromiseBase* const leaf = event.running->leaf;
  if (leaf != nullptr && leaf->where.line() != 0) record_.at = places_.of(leaf->where).at;
}

/// The record that was begun. Its number.
std::uint64_t Recorder::write(TracedTask* target) {
  record_.n = ++n_;
  const std::uint64_t n = n_;
  last_ = n;
  tasks_.write(record_, running_, target);
  return n;
}

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
  constexpr std::size_t kMostFrames = 64;
  // NOLINTNEXTLINE(clang-analyzer-core.NullDereference): whoever tells of a block says of which
  const WaitReport& wait = *event.detail->wait;
  LiveRecord& record = begin(Kind::block, event);
  record.on = wait.what;
  record.text = event.text;
  const bool connects = record.on.view() == "connect" && running_->connecting != 0;
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
  chain_.clear();
  for_each_await(*event.running, [&](const std::source_location& where) {
    if (chain_.size() == kMostFrames) {
      chain_.emplace_back("...");
      return false;
    }
    const PlaceText* const place = where.line() != 0 ? &places_.of(where) : nullptr;
    if (place != nullptr && chain_.empty()) record.in = place->path;
    chain_.push_back(place != nullptr ? Borrowed(place->frame) : Borrowed("(not started)"));
    return true;
  });
  record.chain = chain_;
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
  TracedTask* const target = tasks_.of(event.detail->target);
  LiveRecord& record = begin(Kind::wake, event);
  switch (static_cast<Waker>(event.b)) {
    case Waker::task:
      record.why = "task";
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
      record.why = "timer";
      record.cause = last_of_task_ == last_ ? last_of_task_ : 0;  // a timeout
      break;
    case Waker::network:
      record.why = "network";
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

void Recorder::on_property(const TraceEvent& event) {
  LiveRecord& record = begin(Kind::property, event);
  record.name = event.text;
  record.holds = event.a != 0;
  record.text = event.detail->more;
  if (event.b != 0) record.cause = last_step_;
  const std::source_location& where = event.detail->where;
  if (where.line() != 0) record.at = places_.of(where).at;
  write();
}

void Recorder::on_decide(const TraceEvent& event) {
  LiveRecord& record = begin(Kind::decide, event);
  record.site = event.detail->site;
  record.key = event.a;
  record.choice = event.b;
  record.of = event.detail->of;
  record.count = event.detail->count;
  if (event.text != event.detail->site) record.text = event.text;
  write();
}

void Recorder::on_fault(const TraceEvent& event) {
  LiveRecord& record = begin(Kind::fault, event);
  record.site = event.detail->site;
  record.key = event.a;
  record.strength = event.b;
  record.text = event.text;
  TracedSocket* const socket = connections_.struck(event.detail->instance);
  if (socket != nullptr) record.conn = socket->conn;
  const std::uint64_t n = write();
  if (socket == nullptr) return;
  TracedSocket* const peer = connections_.peer_of(*socket);
  for (TracedSocket* const end : {socket, peer}) {
    if (end != nullptr) end->broken = end->to_reader = end->to_writer = n;
  }
}

void Recorder::end(const RunReport& report) {
  tasks_.write_all();
  Record record;
  record.n = ++n_;
  record.t_ns = record_.t_ns;
  record.kind = Kind::end;
  record.events = n_ - 1;
  record.tasks = report.tasks;
  record.fingerprint = report.fingerprint;
  sink_.end(record);
  sink_.flush();
}

std::size_t Recorder::kept() const { return tasks_.alive() + tasks_.held() + connections_.kept(); }

}  // namespace rill::trace
