// The calls of io_uring, counted, and with the faults that call_log asks for (faulty_syscalls.h).
//
// A request fails as the kernel would fail it: on its way to the kernel it is exchanged for one
// that does nothing and gives the error (IORING_NOP_INJECT_RESULT). So what the kernel knows and
// what the backend believes stay one.
#pragma once

#include "net/uring/ring_calls.h"
#include "tests/real/faulty_syscalls.h"

namespace rill::testing {

/// Every send of io_uring takes one byte less of this, and the one that finds 1 sends one byte.
inline thread_local int short_ring_send = 0;

namespace detail {

inline void fail_as_asked(io_uring* ring) {
  for (unsigned i = ring->sq.sqe_head; i != ring->sq.sqe_tail; ++i) {
    io_uring_sqe& request = ring->sq.sqes[i & ring->sq.ring_mask];
    Call call = Call::kCount;
    if (request.opcode == IORING_OP_RECV) call = Call::ring_recv;
    if (request.opcode == IORING_OP_SEND) call = Call::ring_send;
    if (request.opcode == IORING_OP_ACCEPT) call = Call::ring_accept;
    if (request.opcode == IORING_OP_POLL_ADD) call = Call::ring_poll;
    if (call == Call::kCount) continue;
    if (call_log.fails_now(call)) {
      constexpr __u32 kInjectResult = 1;  // IORING_NOP_INJECT_RESULT, Linux 6.10
      const std::uint64_t word = request.user_data;
      request = {};  // which liburing leaves to us from 2.4 on
      io_uring_prep_nop(&request);
      request.rw_flags = kInjectResult;
      request.len = static_cast<__u32>(-errno);
      request.user_data = word;
    } else if (call == Call::ring_send && --short_ring_send == 0) {
      request.len = 1;
    }
  }
}

template <auto member, class... A>
int faulty_turn(io_uring* ring, A... arguments) {
  if (call_log.fails_now(Call::ring_turn)) return -errno;
  fail_as_asked(ring);
  return (kernel_ring_calls.*member)(ring, arguments...);
}

}  // namespace detail

inline RingCalls make_faulty_ring_calls() {
  RingCalls calls = kernel_ring_calls;
  calls.submit_and_wait = &detail::faulty_turn<&RingCalls::submit_and_wait, unsigned>;
  calls.submit_and_wait_timeout =
      &detail::faulty_turn<&RingCalls::submit_and_wait_timeout, io_uring_cqe**, unsigned,
                           __kernel_timespec*, sigset_t*>;
  calls.submit_and_get_events = &detail::faulty_turn<&RingCalls::submit_and_get_events>;
  return calls;
}
inline const RingCalls kFaultyRingCalls = make_faulty_ring_calls();

}  // namespace rill::testing
