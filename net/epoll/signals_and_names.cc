// What connects the signal watch and the name resolver to the epoll backend's loop. Both have
// sockets of their own in the descriptor table, level-triggered.
#include <algorithm>
#include <cerrno>
#include <csignal>

#include "net/epoll/epoll_backend.h"

namespace rill {

void EpollBackend::start_signal(SignalOp& op) {
  constexpr std::uint64_t kNobodyGets = std::uint64_t{1} << (SIGKILL - 1) | std::uint64_t{1}
                                                                                << (SIGSTOP - 1);
  if (op.mask == 0 || (op.mask & kNobodyGets) != 0) return complete(op, -EINVAL);
  signals_.add(op);
  ++parked_;
  update_signals();  // now: the signal may come before the next wait
}

void EpollBackend::update_signals() {
  if (signals_handle_ && !signals_.is_awaited()) {
    poller_.remove(signals_.fd());
    table_.remove(std::exchange(signals_handle_, {}));
  }
  int error = signals_.update();
  if (error == 0 && signals_.fd() >= 0 && !signals_handle_) {
    signals_handle_ = table_.add(signals_.fd(), Kind::signals);
    error = poller_.add(signals_.fd(), EPOLLIN, DescriptorTable::to_word(signals_handle_));
  }
  if (error == 0) return;
  while (SignalOp* const op = signals_.take_any()) {
    --parked_;
    complete(*op, -error);
  }
  if (signals_handle_) table_.remove(std::exchange(signals_handle_, {}));
  static_cast<void>(signals_.update());
}

void EpollBackend::on_signals() {
  // Not without end: a program may send real-time signals faster than they are read.
  for (int i = 0; i < 64; ++i) {
    const int number = signals_.read_signal();
    if (number == 0) return;
    while (SignalOp* const op = signals_.take(number)) {
      --parked_;
      complete(*op, number);
    }
  }
}

void EpollBackend::watch(int fd, bool for_reading, bool for_writing) {
  const auto known = std::find_if(resolver_sockets_.begin(), resolver_sockets_.end(),
                                  [&](Handle h) { return table_.find(h)->fd == fd; });
  if (!for_reading && !for_writing) {
    if (known == resolver_sockets_.end()) return;
    poller_.remove(fd);
    table_.remove(*known);
    resolver_sockets_.erase(known);
    return;
  }
  const std::uint32_t events =
      (for_reading ? std::uint32_t{EPOLLIN} : 0) | (for_writing ? std::uint32_t{EPOLLOUT} : 0);
  // A socket that could not be registered hears nothing: the question then times out, and is asked
  // again.
  if (known != resolver_sockets_.end()) {
    poller_.modify(fd, events, DescriptorTable::to_word(*known));
    return;
  }
  resolver_sockets_.push_back(table_.add(fd, Kind::name_resolver));
  poller_.add(fd, events, DescriptorTable::to_word(resolver_sockets_.back()));
}

void EpollBackend::resolved(ResolveOp& op, std::int64_t result) {
  --parked_;
  complete(op, result);
}

}  // namespace rill
