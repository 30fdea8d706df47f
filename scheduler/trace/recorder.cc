// Which event is told how, and what all records have; choices, faults and verdicts. Of tasks
// recorder_tasks.cc tells, of the network recorder_network.cc. See recorder.h.
#include "scheduler/trace/recorder.h"

#include <memory>

#include "scheduler/task.h"

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
