// Operations on their way to the backend and back. Each that was submitted is counted until it has
// been taken back, so that a run can tell when nothing is in flight. See scheduler/backend.h.
#include "scheduler/operation.h"

namespace rill {

void Scheduler::submit(Op& op) {
  op.state = Op::State::in_flight;
  ++ops_in_flight_;
  backend_.submit(op);
}

void Scheduler::cancel(Op& op) {
  op.task = nullptr;  // whatever comes back now wakes nobody
  if (op.state == Op::State::in_flight) backend_.cancel(op);
  RILL_CHECK(op.state == Op::State::completed,
             "a backend's cancel() returned before the operation was handed back");
  take_completions();
}

void Scheduler::take_completions() {
  while (Op* op = backend_.take_completed()) {
    --ops_in_flight_;
    if (context_.trace.enabled()) {
      context_.trace.record(EventKind::complete, static_cast<std::uint64_t>(op->kind),
                            static_cast<std::uint64_t>(op->result));
    }
    if (op->task == nullptr) {
      if (op->completer != nullptr) op->completer->take(*op);
      continue;
    }
    if (op->kind == OpKind::send && send_rest(static_cast<SendOp&>(*op))) continue;
    wake(*op->task);
  }
}

bool Scheduler::send_rest(SendOp& op) {
  if (!op.all || op.result < 0) return false;
  const auto taken = static_cast<std::size_t>(op.result);
  op.sent_bytes += taken;
  op.data += taken;
  op.size_bytes -= taken;
  op.result = static_cast<std::int64_t>(op.sent_bytes);
  if (op.size_bytes == 0) return false;
  RILL_CHECK(taken > 0, "a backend's send took nothing and called it success");
  submit(op);
  return true;
}

}  // namespace rill
