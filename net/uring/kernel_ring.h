// One io_uring: requests are gathered, and handed to the kernel when it is waited for.
//
// A turn is one system call: it submits what was prepared since the last one, and gives the kernel
// the time to finish what it has begun (IORING_SETUP_DEFER_TASKRUN: it does so then, and at no
// other time). When nothing was prepared and nothing is due, a turn that does not block is no
// system call at all.
//
// Needs Linux 6.0 (multishot receive); 6.1 has deferred task work, 6.0 does with the cooperative
// kind. A ring belongs to the thread that uses it first.
#pragma once

#include <cstdint>
#include <functional>
#include <stdexcept>

#include "net/uring/ring_calls.h"
#include "scheduler/time.h"

namespace rill {

/// The kernel does not give us io_uring, and why: one sentence.
class UringRefused : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Calls `ask`, which gives a result of the kernel's, again while that is ENOMEM, up to a second:
/// all rings of a user share `ulimit -l`, and one that has ended counts until the kernel has taken
/// it apart, some time later. So a server that takes over from one that was killed is not refused.
int ask_patiently(const std::function<int()>& ask);

class KernelRing {
 public:
  /// Throws UringRefused.
  explicit KernelRing(const RingCalls& calls);
  KernelRing(const KernelRing&) = delete;
  KernelRing& operator=(const KernelRing&) = delete;
  ~KernelRing() { io_uring_queue_exit(&ring_); }

  /// Room for one more request, which carries `word`. Submits when there is none.
  io_uring_sqe& prepare(std::uint64_t word);

  /// Submits, and blocks for up to `limit` while there is nothing to take.
  void turn(Duration limit);
  /// Submits, and finishes what is due; does not block.
  void look();

  struct Completion {
    std::uint64_t word;
    std::int32_t result;
    std::uint32_t flags;
  };
  bool has_completion() const { return io_uring_cq_ready(&ring_) > 0; }
  /// The next one, in the order of the kernel. False when there is none.
  bool take(Completion& completion) {
    const unsigned head = *ring_.cq.khead;
    if (head == __atomic_load_n(ring_.cq.ktail, __ATOMIC_ACQUIRE)) return false;
    const io_uring_cqe& entry = ring_.cq.cqes[head & ring_.cq.ring_mask];
    completion = {entry.user_data, entry.res, entry.flags};
    __atomic_store_n(ring_.cq.khead, head + 1, __ATOMIC_RELEASE);
    return true;
  }

  io_uring* get() { return &ring_; }

 private:
  void enable();
  bool is_due() const;

  const RingCalls& calls_;
  io_uring ring_{};
  bool is_enabled_ = false;
};

}  // namespace rill
