// See signal_watch.h.
#include "net/posix/signal_watch.h"

#include <pthread.h>

#include <cerrno>

namespace rill {
namespace {

constexpr int kMostSignal = 64;  // bits of SignalOp::mask, and of the kernel's own sets

std::uint64_t bit(int number) { return std::uint64_t{1} << (number - 1); }

sigset_t to_set(std::uint64_t mask) {
  sigset_t set;
  sigemptyset(&set);
  for (int number = 1; number <= kMostSignal; ++number) {
    if ((mask & bit(number)) != 0) sigaddset(&set, number);
  }
  return set;
}

}  // namespace

SignalWatch::~SignalWatch() { stop(); }

void SignalWatch::add(SignalOp& op) {
  Op** end = &waiting_;
  while (*end != nullptr) end = &(*end)->next;
  op.next = nullptr;
  *end = &op;
  needs_update_ = true;
}

void SignalWatch::remove(SignalOp& op) {
  for (Op** place = &waiting_; *place != nullptr; place = &(*place)->next) {
    if (*place != &op) continue;
    *place = op.next;
    needs_update_ = true;
    return;
  }
}

SignalOp* SignalWatch::take(int number) {
  for (Op* op = waiting_; op != nullptr; op = op->next) {
    auto& signal = static_cast<SignalOp&>(*op);
    if ((signal.mask & bit(number)) == 0) continue;
    remove(signal);
    return &signal;
  }
  return nullptr;
}

SignalOp* SignalWatch::take_any() {
  auto* first = static_cast<SignalOp*>(waiting_);
  if (first != nullptr) remove(*first);
  return first;
}

void SignalWatch::stop() {
  if (fd_ < 0) return;
  syscalls_.close(fd_);
  fd_ = -1;
  pthread_sigmask(SIG_UNBLOCK, &blocked_, nullptr);
}

int SignalWatch::update() {
  needs_update_ = false;
  std::uint64_t mask = 0;
  for (Op* op = waiting_; op != nullptr; op = op->next) mask |= static_cast<SignalOp&>(*op).mask;
  if (mask == 0) {
    stop();
    return 0;
  }
  const sigset_t wanted = to_set(mask);
  if (fd_ < 0) sigemptyset(&blocked_);
  const int fd = syscalls_.signalfd(fd_, &wanted, SFD_NONBLOCK | SFD_CLOEXEC);
  if (fd < 0) {
    const int error = errno;
    stop();
    return error;
  }
  fd_ = fd;
  // First block what is new, then let go of what nobody waits for any more.
  sigset_t before;
  pthread_sigmask(SIG_BLOCK, &wanted, &before);
  sigset_t let_go;
  sigemptyset(&let_go);
  for (int number = 1; number <= kMostSignal; ++number) {
    if (sigismember(&wanted, number) == 1) {
      if (sigismember(&before, number) == 0) sigaddset(&blocked_, number);
    } else if (sigismember(&blocked_, number) == 1) {
      sigaddset(&let_go, number);
      sigdelset(&blocked_, number);
    }
  }
  pthread_sigmask(SIG_UNBLOCK, &let_go, nullptr);
  return 0;
}

int SignalWatch::read_signal() {
  signalfd_siginfo signal;
  for (;;) {
    const ssize_t count = syscalls_.read(fd_, &signal, sizeof signal);
    if (count == sizeof signal) return static_cast<int>(signal.ssi_signo);
    if (count >= 0 || errno != EINTR) return 0;
  }
}

}  // namespace rill
