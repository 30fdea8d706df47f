// Calls answered from the recording. See replay_backend.h.
#include "scheduler/record/replay_backend.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include "scheduler/deadlock.h"
#include "scheduler/record/completion.h"
#include "scheduler/scheduler.h"

namespace rill::record {
namespace {

/// "#4 'echoer' at echo.cc:19", who makes this call; "" if it is the loop.
std::string caller_text() {
  if (!Scheduler::is_running()) return "";
  const TaskControl* const task = Scheduler::current("replay").running();
  if (task == nullptr) return "";
  std::string text = describe(*task);
  for (const FrameReport& frame : await_chain(*task)) {
    if (frame.line != 0) return text + " at " + frame.file + ":" + std::to_string(frame.line);
  }
  return text;
}

bool is_send(OpKind kind) { return kind == OpKind::send || kind == OpKind::write; }

/// What a send would send, for people. It is compared only when it is taken.
void show_bytes(const Op& op, Entry& entry) {
  if (op.kind != OpKind::send) return;
  const auto& send = static_cast<const SendOp&>(op);
  entry.bytes = {reinterpret_cast<const char*>(send.data),
                 std::min(send.size_bytes, Entry::kShownBytes)};
}

Entry of_kind(EntryKind kind) {
  Entry entry;
  entry.kind = kind;
  return entry;
}

}  // namespace

ReplayBackend::ReplayBackend(const Recording& recording, std::uint64_t most_entries)
    : recording_(recording),
      reader_(recording.reader()),
      entries_left_(most_entries),
      steps_between_waits_(recording.header().steps_between_waits) {
  advance();
}

void ReplayBackend::advance() {
  has_next_ = entries_left_ > 0 && reader_.next();
  if (has_next_) --entries_left_;
}

void ReplayBackend::stop(std::exception_ptr failure) {
  if (is_over()) return;
  failure_ = std::move(failure);
  context_->failure_of_backend = failure_;
}

void ReplayBackend::stop_at_end(const Entry& program) {
  const std::string why =
      reader_.damage().empty() ? "it was cut, or the process that made it died" : reader_.damage();
  stop(std::make_exception_ptr(
      RecordingEnds(recording_.path(), position(), why, describe(program))));
}

void ReplayBackend::stop_at_mismatch(const Entry& recorded, const Entry& program) {
  stop(std::make_exception_ptr(Mismatch(recording_.path(), position(), describe(recorded),
                                        describe(program), caller_text())));
}

bool ReplayBackend::follow(const Entry& program) {
  if (is_over()) return false;
  if (!has_next_) {
    stop_at_end(program);
    return false;
  }
  answer_ = reader_.entry();
  advance();
  if (!same_call(answer_, program)) {
    // What a send sent is known from its completion, which follows at once in most cases.
    const bool is_told = has_next_ && reader_.entry().kind == EntryKind::complete &&
                         reader_.entry().number == submits_ + 1;
    if (is_told && answer_.kind == EntryKind::submit && is_send(answer_.op))
      answer_.bytes = reader_.entry().bytes;
    stop_at_mismatch(answer_, program);
    return false;
  }
  if (answer_.kind == EntryKind::wait || answer_.kind == EntryKind::now) time_ = answer_.at;
  tell_trace(context_->trace, answer_, {});
  return true;
}

bool ReplayBackend::follow_socket(EntryKind kind, Handle socket) {
  Entry program = of_kind(kind);
  program.on = socket;
  return follow(program);
}

void ReplayBackend::take_completions() {
  while (has_next_ && !is_over() && reader_.entry().kind == EntryKind::complete) {
    const Entry recorded = reader_.entry();
    advance();
    if (!give_back(recorded)) return;
  }
}

bool ReplayBackend::give_back(const Entry& recorded) {
  const auto found = in_flight_.find(recorded.number);
  Op* const op = found != in_flight_.end() ? found->second : nullptr;
  if (op == nullptr || !answer_op(*op, recorded)) {
    stop_at_mismatch(recorded, op == nullptr ? Entry() : submit_entry(*op));
    return false;
  }
  std::string_view moved;
  const Entry program = completion_entry(*op, recorded.number, moved);
  if (is_send(op->kind) && !same_sent(recorded, program)) {
    Entry before = submit_entry(*op);
    Entry now = before;
    before.bytes = recorded.bytes;
    now.bytes = program.bytes;
    stop_at_mismatch(before, now);
    return false;
  }
  tell_trace(context_->trace, program, moved);
  in_flight_.erase(found);
  numbers_.erase(op);
  complete(*op, recorded.result);
  return true;
}

void ReplayBackend::submit(Op& op) {
  Entry program = submit_entry(op);
  show_bytes(op, program);
  const bool follows = follow(program);
  const std::uint64_t number = ++submits_;
  if (!follows) return;  // it stays in flight until the run ends, which cancels it
  in_flight_[number] = &op;
  numbers_[&op] = number;
  take_completions();
}

void ReplayBackend::cancel(Op& op) {
  const auto found = numbers_.find(&op);
  Entry program = of_kind(EntryKind::cancel);
  if (found != numbers_.end()) program.number = found->second;
  if (follow(program)) take_completions();
  if (op.state == Op::State::completed) return;
  stop_at_mismatch(program, Entry());  // the recording is damaged, if it is not over already
  if (found != numbers_.end()) {
    in_flight_.erase(found->second);
    numbers_.erase(found);
  }
  complete(op, -ECANCELED);
}

void ReplayBackend::dispose(Op& op) {
  const Handle unread = opened_by(op);
  if (unread && follow_socket(EntryKind::dispose, unread)) take_completions();
}

Waited ReplayBackend::wait(Instant deadline) {
  const bool follows = follow(wait_entry(deadline, time_));
  if (follows) take_completions();
  if (failure_ != nullptr) {
    context_->failure_of_backend = nullptr;
    std::rethrow_exception(failure_);
  }
  return answer().is_idle ? Waited::idle : Waited::progress;
}

Instant ReplayBackend::now() {
  static_cast<void>(follow(of_kind(EntryKind::now)));
  if (!std::exchange(is_started_, true)) started_ = time_;
  return time_;
}

WallTime ReplayBackend::wall_clock(HostId /*host*/) {
  return follow(of_kind(EntryKind::wall_clock)) ? WallTime{answer().result} : WallTime();
}

void ReplayBackend::draw_random(HostId /*host*/, std::span<std::byte> to) {
  std::fill(to.begin(), to.end(), std::byte{0});  // should the replay be over
  RandomRead read(to);
  if (!follow(submit_entry(read)) || !has_next_) return;
  const Entry recorded = reader_.entry();
  advance();
  if (recorded.kind != EntryKind::complete || recorded.number != ++submits_ ||
      !answer_op(read, recorded)) {
    return stop_at_mismatch(recorded, submit_entry(read));
  }
  read.result = recorded.result;
  std::string_view moved;
  const Entry program = completion_entry(read, recorded.number, moved);
  tell_trace(context_->trace, program, moved);
}

Listened ReplayBackend::listen(HostId /*host*/, const Address& at, const ListenOptions& options) {
  if (!follow(listen_entry(at, options))) return {{}, {}, ECANCELED};
  const Listened listened{answer().opened, answer().told, static_cast<int>(answer().result)};
  take_completions();
  return listened;
}

void ReplayBackend::close(Handle socket) {
  if (follow_socket(EntryKind::close, socket)) take_completions();
}

void ReplayBackend::reset(Handle socket) {
  if (follow_socket(EntryKind::reset, socket)) take_completions();
}

int ReplayBackend::shutdown_write(Handle socket) {
  if (!follow_socket(EntryKind::shutdown_write, socket)) return -ECANCELED;
  const auto result = static_cast<int>(answer().result);
  take_completions();
  return result;
}

Address ReplayBackend::local_address(Handle socket) {
  return follow_socket(EntryKind::local_address, socket) ? answer().told : Address();
}

Address ReplayBackend::peer_address(Handle socket) {
  return follow_socket(EntryKind::peer_address, socket) ? answer().told : Address();
}

void ReplayBackend::attach(RunContext& context) {
  Backend::attach(context);
  if (!context.trace.enabled()) context.trace.enable(nullptr);
  is_in_run_ = true;
  is_started_ = false;
  if (follow(of_kind(EntryKind::begin))) return;
  is_in_run_ = false;
  Backend::detach();
  std::rethrow_exception(failure_);
}

void ReplayBackend::detach() {
  if (failure_ == nullptr && has_next_ && reader_.entry().kind == EntryKind::end) {
    fingerprint_ = reader_.entry().bytes;
    advance();
  }
  is_in_run_ = false;
  Backend::detach();
}

}  // namespace rill::record
