// What connects the signal watch and the name resolver to a backend's loop. Both have
// sockets of their own in the descriptor table, level-triggered.
#include <algorithm>
#include <cerrno>
#include <csignal>

#include "net/posix/posix_backend.h"

namespace rill {

void PosixBackend::start_signal(SignalOp& op) {
  constexpr std::uint64_t kNobodyGets = std::uint64_t{1} << (SIGKILL - 1) | std::uint64_t{1}
                                                                                << (SIGSTOP - 1);
  if (op.mask == 0 || (op.mask & kNobodyGets) != 0) return complete(op, -EINVAL);
  signals_.add(op);
  ++parked_;
  update_signals();  // now: the signal may come before the next wait
}

/// Not in a wait that does not block, as a scheduler's while it has tasks to run: among them may be
/// the one that a signal has woken, and that waits for the next one when it has its turn. A loop
/// that is never done does not keep the signals for ever: that turn is one of the next.
void PosixBackend::let_go_of_signals(Instant deadline) {
  constexpr unsigned kMostLooks = 1024;
  const bool is_look = deadline <= latest_;
  if (!is_look || ++looks_since_signal_ == kMostLooks) update_signals();
}

void PosixBackend::update_signals() {
  looks_since_signal_ = 0;
  if (signals_handle_ && !signals_.is_awaited()) {
    watch_level(*table_.find(signals_handle_), signals_handle_, 0);
    table_.remove(std::exchange(signals_handle_, {}));
  }
  int error = signals_.update();
  if (error == 0 && signals_.fd() >= 0 && !signals_handle_) {
    signals_handle_ = table_.add(signals_.fd(), Kind::signals);
    error = watch_level(*table_.find(signals_handle_), signals_handle_, EPOLLIN);
  }
  if (error == 0) return;
  while (SignalOp* const op = signals_.take_any()) {
    --parked_;
    complete(*op, -error);
  }
  if (signals_handle_) table_.remove(std::exchange(signals_handle_, {}));
  static_cast<void>(signals_.update());
}

void PosixBackend::on_signals() {
  // Not without end: a program may send real-time signals faster than they are read.
  // And not what nobody waits for just now: see let_go_of_signals().
  for (int i = 0; i < 64 && signals_.is_awaited(); ++i) {
    const int number = signals_.read_signal();
    if (number == 0) return;
    while (SignalOp* const op = signals_.take(number)) {
      --parked_;
      complete(*op, number);
    }
  }
}

void PosixBackend::watch(int fd, bool for_reading, bool for_writing) {
  const auto known = std::find_if(resolver_sockets_.begin(), resolver_sockets_.end(),
                                  [&](Handle h) { return table_.find(h)->fd == fd; });
  if (!for_reading && !for_writing) {
    if (known == resolver_sockets_.end()) return;
    watch_level(*table_.find(*known), *known, 0);
    table_.remove(*known);
    resolver_sockets_.erase(known);
    return;
  }
  const std::uint32_t events =
      (for_reading ? std::uint32_t{EPOLLIN} : 0) | (for_writing ? std::uint32_t{EPOLLOUT} : 0);
  // A socket that could not be registered hears nothing: the question then times out, and is asked
  // again.
  Handle handle;
  if (known != resolver_sockets_.end()) {
    handle = *known;
  } else {
    handle = table_.add(fd, Kind::name_resolver);
    resolver_sockets_.push_back(handle);
  }
  watch_level(*table_.find(handle), handle, events);
}

void PosixBackend::resolved(ResolveOp& op, std::int64_t result) {
  --parked_;
  complete(op, result);
}

}  // namespace rill
