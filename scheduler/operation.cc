// Operations on their way to the backend and back. Each that was submitted is counted until it has
// been taken back, so that a run can tell when nothing is in flight. See scheduler/backend.h.
#include "scheduler/operation.h"

namespace rill {
namespace {

/// Moves on behind what was taken. False where nothing is left to take.
bool move_on(SendOp& op, std::size_t taken) {
  op.data += taken;
  RILL_CHECK(taken > 0 || op.size_bytes == 0,
             "a backend's send took nothing and called it success");
  return true;
}
bool move_on(SendFileOp& op, std::size_t taken) {
  op.offset += taken;
  return taken > 0;  // else the file ends here
}

/// Counts what a send took. Whether there is more to submit.
template <class SomeOp>
inline bool take_sent(SomeOp& op) {
  if (!op.all || op.result < 0) return false;
  const auto taken = static_cast<std::size_t>(op.result);
  op.sent_bytes += taken;
  op.size_bytes -= taken;
  op.result = static_cast<std::int64_t>(op.sent_bytes);
  return move_on(op, taken) && op.size_bytes > 0;
}

/// Whether there is more to submit of a send that has come back.
inline bool has_rest(Op& op) {
  switch (op.kind) {
    case OpKind::send:
      return take_sent(static_cast<SendOp&>(op));
    case OpKind::send_file:
      return take_sent(static_cast<SendFileOp&>(op));
    default:
      return false;
  }
}

}  // namespace

void Scheduler::cancel(Op& op) {
  op.task = nullptr;  // whatever comes back now wakes nobody
  if (op.state == Op::State::in_flight) backend_.cancel(op);
  RILL_CHECK(op.state == Op::State::completed,
             "a backend's cancel() returned before the operation was handed back");
  take_completions();
}

void Scheduler::take_completions() {
  const Op* const outer = completing_;
  while (Op* op = backend_.take_completed()) {
    --ops_in_flight_;
    if (context_.trace.enabled()) {
      context_.trace.record(EventKind::complete, static_cast<std::uint64_t>(op->kind),
                            static_cast<std::uint64_t>(op->result));
      completing_ = op;
    }
    if (op->task == nullptr) [[unlikely]] {
      if (op->completer != nullptr) op->completer->take(*op);
      continue;
    }
    if (has_rest(*op)) [[unlikely]] {
      submit(*op);
    } else {
      wake(*op->task);
    }
  }
  completing_ = outer;
}

}  // namespace rill
