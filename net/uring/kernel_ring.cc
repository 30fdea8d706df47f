// See kernel_ring.h.
#include "net/uring/kernel_ring.h"

#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>

namespace rill {
namespace {

// More than the tasks of one turn ask for (Backend::steps_between_waits()), so that a turn is one
// submission; and room for what they all cause.
constexpr unsigned kRequests = 512;
constexpr unsigned kCompletions = 4096;

std::string reason(int error) {
  switch (error) {
    case ENOSYS:
      return "this kernel has no io_uring";
    case EPERM:
    case EACCES:
      return "the kernel forbids io_uring here (a container's filter, or the sysctl "
             "kernel.io_uring_disabled)";
    case EINVAL:
      return "this kernel's io_uring is too old (Linux 6.0 is needed)";
    case ENOMEM:
      return "the kernel has no memory for io_uring (ulimit -l, which all of a user's rings share)";
    default:
      return "the kernel gives no io_uring: " + std::generic_category().message(error);
  }
}

// How long a shortage of memory may last: a second.
constexpr int kMostTries = 200;
constexpr useconds_t kPauseUs = 5'000;

/// What a turn may meet, and is over by the next one: a signal, the time, a shortage.
bool is_passing(int error) {
  return error == EINTR || error == ETIME || error == EAGAIN || error == EBUSY || error == ENOMEM;
}

void check(int result, const char* call) {
  if (result >= 0 || is_passing(-result)) return;
  throw std::system_error(-result, std::generic_category(), call);
}

}  // namespace

int ask_patiently(const std::function<int()>& ask) {
  int result = ask();
  for (int tries = 1; result == -ENOMEM && tries < kMostTries; ++tries) {
    usleep(kPauseUs);
    result = ask();
  }
  return result;
}

KernelRing::KernelRing(const RingCalls& calls) : calls_(calls) {
  // Disabled at first: the thread that enables it is the one whose ring it is.
  constexpr unsigned kAlways = IORING_SETUP_CQSIZE | IORING_SETUP_CLAMP | IORING_SETUP_SUBMIT_ALL |
                               IORING_SETUP_R_DISABLED | IORING_SETUP_SINGLE_ISSUER |
                               IORING_SETUP_TASKRUN_FLAG;
  int result = 0;
  for (const unsigned flag : {IORING_SETUP_DEFER_TASKRUN, IORING_SETUP_COOP_TASKRUN}) {
    io_uring_params params{};
    params.flags = kAlways | flag;
    params.cq_entries = kCompletions;
    result = ask_patiently([&] { return calls_.queue_init_params(kRequests, &ring_, &params); });
    if (result != -EINVAL) break;
  }
  if (result < 0) throw UringRefused(reason(-result));
}

void KernelRing::enable() {
  is_enabled_ = true;
  check(calls_.enable_rings(&ring_), "io_uring_enable_rings");
  // Saves looking the descriptor up in each call; without it all works the same.
  static_cast<void>(calls_.register_ring_fd(&ring_));
}

io_uring_sqe& KernelRing::prepare(std::uint64_t word) {
  if (!is_enabled_) [[unlikely]]
    enable();
  io_uring_sqe* request = io_uring_get_sqe(&ring_);
  for (int tries = 0; request == nullptr; ++tries) {
    const int result = calls_.submit_and_get_events(&ring_);
    if (result < 0 && result != -EINTR) {
      // A shortage, which the next turn would wait out: here there is nothing else to do meanwhile.
      const bool may_pass = is_passing(-result) && tries < kMostTries;
      if (!may_pass) throw std::system_error(-result, std::generic_category(), "io_uring_submit");
      usleep(kPauseUs);
    }
    request = io_uring_get_sqe(&ring_);
  }
  // liburing's prep functions set all but this.
  request->user_data = word;
  return *request;
}

bool KernelRing::is_due() const {
  return io_uring_sq_ready(&ring_) > 0 || (__atomic_load_n(ring_.sq.kflags, __ATOMIC_RELAXED) &
                                           (IORING_SQ_TASKRUN | IORING_SQ_CQ_OVERFLOW)) != 0;
}

void KernelRing::look() {
  if (!is_enabled_) [[unlikely]]
    enable();
  if (is_due()) check(calls_.submit_and_get_events(&ring_), "io_uring_submit");
}

void KernelRing::turn(Duration limit) {
  if (limit.ns <= 0 || has_completion()) return look();
  if (!is_enabled_) [[unlikely]]
    enable();
  if (limit.ns == Instant::never().ns) {
    return check(calls_.submit_and_wait(&ring_, 1), "io_uring_submit_and_wait");
  }
  __kernel_timespec timeout{};
  timeout.tv_sec = limit.ns / 1'000'000'000;
  timeout.tv_nsec = limit.ns % 1'000'000'000;
  io_uring_cqe* unused = nullptr;
  check(calls_.submit_and_wait_timeout(&ring_, &unused, 1, &timeout, nullptr),
        "io_uring_submit_and_wait_timeout");
}

}  // namespace rill
